import type { Database } from '@causeway/db';
import { type Cancel, type Runtime, Trouble } from '@causeway/runtime';
import { expiredHolds, openHolds } from '../metrics.ts';
import type { ChargeDesk } from './desk.ts';
import { countHolds, selectDueHolds } from './store.ts';

const SWEEP_EVERY_MS = 1_000;
const SWEEP_BATCH = 256;

/**
 * Ends holds whose deadline has passed, by the database's clock. What is found is only proposed:
 * the batch that executes it decides again under its locks. Answers how many holds it looked at.
 */
export async function sweepHolds(db: Database, desk: ChargeDesk): Promise<number> {
  let swept = 0;
  for (;;) {
    const due = await selectDueHolds(db, SWEEP_BATCH);
    await Promise.all(due.map((key) => desk({ kind: 'expire', ...key })));
    swept += due.length;
    if (due.length < SWEEP_BATCH) return swept;
  }
}

/** Sweeps every second until cancelled. */
export function startSweeper(db: Database, desk: ChargeDesk, runtime: Runtime): Cancel {
  const unswept = new Trouble(runtime, 'overdue holds could not be looked for');
  return runtime.timers.every(SWEEP_EVERY_MS, async () => {
    try {
      const swept = await sweepHolds(db, desk);
      if (swept > 0) expiredHolds.add(swept);
      openHolds.set(await countHolds(db));
      unswept.passed();
    } catch (err) {
      unswept.failed({ err });
    }
  });
}
