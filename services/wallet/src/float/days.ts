import type { Database } from '@causeway/db';
import { type Cancel, type Runtime, Trouble } from '@causeway/runtime';
import type { Rules } from '../charges/transfers.ts';
import { floatUnproven } from '../metrics.ts';
import type { WalletOffice } from '../wallets/wallets.ts';
import type { FloatProof } from './prove.ts';
import { type FloatStatement, takeStatement } from './statement.ts';
import { insertDay, isUnproven, lastProofs, selectDays, unstatedYesterday } from './store.ts';

const LOOK_EVERY_MS = 10_000;

/**
 * States the day that ended last, unless it is stated. What moved between its end and this moment,
 * which the statement tells, is in transit as far as that day is concerned.
 */
export async function stateYesterday(db: Database, rules: Rules): Promise<void> {
  const floatDate = await unstatedYesterday(db, rules.policy.timeZone);
  if (floatDate === undefined) return;
  await insertDay(db, { ...(await takeStatement(db, rules)), floatDate });
}

/** Shows whether the last proof left a difference: every replica, whichever of them took it, and after a restart. */
export async function showProof(db: Database): Promise<void> {
  floatUnproven.set((await isUnproven(db)) ? 1 : 0);
}

/** States each day soon after its end, and shows what the last proof came to, until cancelled. */
export function startDays(db: Database, rules: Rules, runtime: Runtime): Cancel {
  const trouble = new Trouble(runtime, 'the day that ended could not be stated', 'error');
  const look = async () => {
    await showProof(db);
    await stateYesterday(db, rules);
  };
  return runtime.timers.every(LOOK_EVERY_MS, () =>
    look().then(
      () => trouble.passed(),
      (err) => trouble.failed({ err }),
    ),
  );
}

/** A day that is over, and what was proved of it. */
export interface FloatDay {
  statement: FloatStatement;
  /** The last one. */
  proof: FloatProof | undefined;
}

/** Later than any day. */
const NO_DAY = 'infinity';

/** Days that are over, newest first, before `beforeDate` where one is given. */
export async function listDays(
  { db }: WalletOffice,
  beforeDate: string | undefined,
  limit: number,
): Promise<FloatDay[]> {
  const statements = await selectDays(db, beforeDate ?? NO_DAY, limit);
  const proofs = await lastProofs(
    db,
    statements.map(({ floatDate }) => floatDate),
  );
  const byDate = new Map(proofs.map((proof) => [proof.statement.floatDate, proof]));
  return statements.map((statement) => ({ statement, proof: byDate.get(statement.floatDate) }));
}
