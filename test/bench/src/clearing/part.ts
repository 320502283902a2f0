import { startHelper } from '../measure/helper.ts';
import { makeOwnDatabase, settleDisk } from '../own-database.ts';
import type { Bench, BenchOptions, Part, Problem, Sample } from '../part.ts';
import type { ClearingLoad, Closed } from './load.ts';

const COUNT = 1_000_000;
const QUICK_COUNT = 200_000;
const TINY_COUNT = 2_000;
/** Booking the day and closing it, on a machine that does nothing else. */
const SECONDS_PER_MILLION = 240;
const BYTES_PER_MIB = 1_048_576;
const FILES = 9;

function countOf({ quick, tiny }: BenchOptions): number {
  if (tiny) return TINY_COUNT;
  return quick ? QUICK_COUNT : COUNT;
}

/** A clearing day of one acquirer made final: its items added up, its files written and signed. */
export class ClearingPart implements Part {
  readonly name = 'clearing';
  readonly title = 'A clearing day made final by one process, files and certificate included';
  readonly #problems: Problem[] = [];

  closingSeconds(options: BenchOptions): number {
    return (countOf(options) / COUNT) * SECONDS_PER_MILLION;
  }

  async finish({ stack, options, progress, watch }: Bench): Promise<Sample[]> {
    const count = countOf(options);
    const url = await makeOwnDatabase(stack, 'bench_clearing');
    const load: ClearingLoad = { url, count };
    progress(`booking a day of ${count} items`);
    const booking = await startHelper('bench-work');
    await booking.ask('prepareClearing', load);
    await booking.stop();
    await settleDisk(url);
    // A process of its own, whose most memory is that of closing.
    const closing = await startHelper('bench-work');
    watch.follow('closing', closing.pid);
    progress(`closing a day of ${count} items`);
    const { result, busy } = await watch.during(() => closing.ask<Closed>('clearing', load));
    await closing.stop();
    if (result.fileCount !== FILES) {
      this.#problems.push({ what: `clearing: ${result.fileCount} files instead of ${FILES}` });
    }
    return [sampleOf(count, result, busy)];
  }

  async check(): Promise<Problem[]> {
    return this.#problems;
  }
}

function sampleOf(
  count: number,
  { drawUpSeconds, filesSeconds, peakBytes, fileBytes }: Closed,
  busy: Sample['busy'],
): Sample {
  const perSecond = count / (drawUpSeconds + filesSeconds);
  const peakMib = Math.round(peakBytes / BYTES_PER_MIB);
  return {
    line: 'clearing.day',
    title: `${count} items, one in 20 a refund`,
    ...{ perSecond, busy, valid: true },
    notes: [
      `added up in ${drawUpSeconds.toFixed(1)} s, files written in ${filesSeconds.toFixed(1)} s`,
      `${fileBytes / BigInt(BYTES_PER_MIB)} MiB of files, ${peakMib} MiB of memory at most`,
    ],
    figures: { clearing_lines_ps: perSecond, clearing_peak_mib: peakMib },
  };
}
