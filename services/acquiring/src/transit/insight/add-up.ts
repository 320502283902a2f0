import type { GetTransitInsightResponse, InsightCount } from '@causeway/proto/acquiring';
import { type CellKind, GROUP_SIZE } from './publish.ts';
import type { ToldDay } from './store.ts';

/** What days come to: sums of what was told of each, and of nothing else. Pure. */
export function addUp(days: readonly ToldDay[]): Omit<GetTransitInsightResponse, 'page'> {
  return {
    groupSize: GROUP_SIZE,
    lines: summed(days, 'line'),
    lineHours: summed(days, 'hour'),
    stops: summed(days, 'stop'),
    transfers: summed(days, 'transfer').map(({ keys: [to = '', from = ''], count }) => ({
      keys: [from, to],
      count,
    })),
    peaks: peaksOf(days),
  };
}

function summed(days: readonly ToldDay[], kind: CellKind): InsightCount[] {
  const sums = new Map<string, InsightCount>();
  for (const { lineId, cells } of days) {
    for (const cell of cells) {
      if (cell.kind !== kind) continue;
      const keys = [lineId, ...cell.keys];
      const name = keys.join('\u0000');
      const count = (sums.get(name)?.count ?? 0n) + BigInt(cell.count);
      sums.set(name, { keys, count });
    }
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}

/** The busiest hour of each line. */
function peaksOf(days: readonly ToldDay[]): InsightCount[] {
  const peaks = new Map<string, InsightCount>();
  for (const { lineId, day, cells } of days) {
    for (const { kind, keys, count } of cells) {
      if (kind !== 'hour' || BigInt(count) <= (peaks.get(lineId)?.count ?? 0n)) continue;
      peaks.set(lineId, { keys: [lineId, day, ...keys], count: BigInt(count) });
    }
  }
  return [...peaks.values()];
}
