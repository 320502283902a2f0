import type { Database } from '@causeway/db';
import type { Cancel, Runtime } from '@causeway/runtime';
import { expiredHolds, openHolds } from '../metrics.ts';
import type { ChargeKey } from './command.ts';
import type { ChargeDesk } from './desk.ts';

const SWEEP_EVERY_MS = 1_000;
const SWEEP_BATCH = 256;

/** Holds that a batch is working on are left to it. */
const DUE = `
  SELECT lane, payment_id AS "paymentId" FROM charges
   WHERE state = 'held' AND hold_expires_at <= clock_timestamp()
   ORDER BY hold_expires_at LIMIT $1
     FOR UPDATE SKIP LOCKED`;

const OPEN = `SELECT count(*) AS open FROM charges WHERE state = 'held'`;

/**
 * Ends holds whose deadline has passed, by the database's clock. What is found is only proposed:
 * the batch that executes it decides again under its locks. Answers how many holds it looked at.
 */
export async function sweepHolds(db: Database, desk: ChargeDesk): Promise<number> {
  let swept = 0;
  for (;;) {
    const due = await db.query<ChargeKey>(DUE, [SWEEP_BATCH]);
    await Promise.all(due.map((key) => desk({ kind: 'expire', ...key })));
    swept += due.length;
    if (due.length < SWEEP_BATCH) return swept;
  }
}

/** Sweeps every second until cancelled. */
export function startSweeper(db: Database, desk: ChargeDesk, runtime: Runtime): Cancel {
  return runtime.timers.every(SWEEP_EVERY_MS, async () => {
    const swept = await sweepHolds(db, desk);
    if (swept > 0) expiredHolds.add(swept);
    const [row] = await db.query<{ open: bigint }>(OPEN, []);
    openHolds.set(Number(row?.open ?? 0n));
  });
}
