import { migrate } from '@causeway/db';
import { systemRuntime } from '@causeway/runtime';
import { migrations } from '@causeway/settlement/migrations/index.ts';
import { builtInAgreement } from '@causeway/settlement/src/agreements/agreement.ts';
import { Commands } from '@causeway/settlement/src/commands/commands.ts';
import { oursFromWindows } from '@causeway/settlement/src/reconciliation/from-windows.ts';
import { receive } from '@causeway/settlement/src/reconciliation/load/receive.ts';
import { runNext } from '@causeway/settlement/src/reconciliation/match/run.ts';
import { bookDay, DAY, expectedBreaks, fileOf, openOwn, PARTNER_ID } from './day.ts';

/** A day to be reconciled in a database of its own. */
export interface ReconcileLoad {
  url: string;
  /** Payments of the day. */
  count: number;
}

/** What reconciling it came to. */
export interface Reconciled {
  /** Reading the file and keeping its lines. */
  loadSeconds: number;
  /** Matching it with the books, breaks included. */
  matchSeconds: number;
  /** The most memory that this process held, and what it held before the file came. */
  peakBytes: number;
  startBytes: number;
  /** Break kinds that were not found exactly as often as they were put in. */
  problems: string[];
}

const runtime = systemRuntime({ service: 'bench', logLevel: 'fatal' });

/** Makes the day's books. */
export async function prepareReconcile({ url, count }: ReconcileLoad): Promise<void> {
  const db = openOwn(url, runtime);
  await migrate(db, migrations);
  await bookDay(db, count);
  await db.close();
}

/** Takes the partner's file in and matches it, in one process, as the service does. */
export async function loadReconcile({ url, count }: ReconcileLoad): Promise<Reconciled> {
  const db = openOwn(url, runtime);
  const commands = new Commands(db, runtime.clock);
  const ours = oursFromWindows({
    inForce: async (participant) => builtInAgreement(participant),
    version: async (participant) => builtInAgreement(participant),
  });
  const seconds = () => runtime.clock.monotonicMs() / 1_000;
  const memory = watchMemory();
  const startSeconds = seconds();
  const participant = { kind: 'acquirer', id: PARTNER_ID } as const;
  const { reconciliationId } = await receive(
    { db, runtime, commands },
    {
      announced: { kind: 'partner', participant, clearingDate: DAY },
      ...{ fileName: 'day.csv', uploadedBy: 'bench' },
    },
    fileOf(count),
    () => {},
  );
  const loadedSeconds = seconds();
  await runNext({ db, runtime, ours });
  const endSeconds = seconds();
  const rows = await db.query<{ kind: string; n: bigint }>(
    `SELECT kind, count(*) AS n FROM reconciliation_breaks WHERE reconciliation_id = $1
      GROUP BY kind`,
    [reconciliationId],
  );
  await db.close();
  return {
    loadSeconds: loadedSeconds - startSeconds,
    matchSeconds: endSeconds - loadedSeconds,
    ...memory.stop(),
    problems: differences(rows, count),
  };
}

/** What was found otherwise than it was put in. */
function differences(rows: readonly { kind: string; n: bigint }[], count: number): string[] {
  const found = new Map(rows.map(({ kind, n }) => [kind, Number(n)]));
  const expected = expectedBreaks(count);
  const kinds = new Set([...found.keys(), ...expected.keys()]);
  return [...kinds].flatMap((kind) => {
    const [is, was] = [found.get(kind) ?? 0, expected.get(kind) ?? 0];
    return is === was ? [] : [`${kind}: ${was} put in, ${is} found`];
  });
}

const LOOK_MS = 50;

function watchMemory() {
  const startBytes = process.memoryUsage.rss();
  let peakBytes = startBytes;
  const stopLooking = runtime.timers.every(LOOK_MS, () => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  });
  return {
    stop() {
      stopLooking();
      return { startBytes, peakBytes };
    },
  };
}
