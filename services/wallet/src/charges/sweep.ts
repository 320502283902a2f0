import type { Database } from '@causeway/db';
import { type Cancel, type Runtime, Trouble } from '@causeway/runtime';
import { expiredHolds, openHolds, strandedHolds } from '../metrics.ts';
import type { ChargeDesk } from './desk.ts';
import { countHolds, selectDueHolds } from './store.ts';

const SWEEP_EVERY_MS = 1_000;
const SWEEP_BATCH = 256;
/** Far beyond the time in which the switch ends what it took over, also in doubt. */
const STRANDED_SECONDS = 3_600;

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

/**
 * Sweeps every second until cancelled, and calls an operator to holds that the switch took over and
 * has forgotten, perhaps with a backup that it was restored from: only Capture or Void end those.
 */
export function startSweeper(db: Database, desk: ChargeDesk, runtime: Runtime): Cancel {
  const unswept = new Trouble(runtime, 'overdue holds could not be looked for');
  const forgotten = new Trouble(runtime, 'holds that were taken over are not ended', 'error');
  return runtime.timers.every(SWEEP_EVERY_MS, async () => {
    try {
      const swept = await sweepHolds(db, desk);
      if (swept > 0) expiredHolds.add(swept);
      const { open, stranded } = await countHolds(db, STRANDED_SECONDS);
      openHolds.set(open);
      strandedHolds.set(stranded);
      if (stranded > 0) forgotten.failed({ stranded });
      else forgotten.passed();
      unswept.passed();
    } catch (err) {
      unswept.failed({ err });
    }
  });
}
