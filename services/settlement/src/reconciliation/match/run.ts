import type { Database, Tx } from '@causeway/db';
import { failpoint, type Runtime } from '@causeway/runtime';
import { runSeconds, runs } from '../../metrics.ts';
import type { Ours } from '../ours.ts';
import { matchBank } from './bank.ts';
import { KEEP_BANK_MATCHES } from './bank-sql.ts';
import {
  FOR_A_RUN,
  FORGET_MATCHES,
  FOUND_TABLE,
  HEAL_OTHER_DAYS,
  HEAL_OTHER_STATEMENTS,
  HEAL_OWN,
  KEEP_MATCHES,
  RECORD_FOUND,
} from './breaks-sql.ts';
import { matchPartner, type Progress } from './partner.ts';
import { endRun, forgetProgress, noteProgress, takeWaiting, type Waiting } from './store.ts';

/** What a run needs. */
export interface RunDeps {
  db: Database;
  runtime: Runtime;
  ours: Ours;
}

/** Matching a million lines takes longer than any other statement may. */
const RUN_TIMEOUT_MS = 10 * 60_000;

/**
 * Matches one reconciliation that waits, in one commit: new breaks are opened, those that are not
 * found any more have healed. Answers its id; undefined where none waits.
 */
export async function runNext(deps: RunDeps, only?: string): Promise<string | undefined> {
  const { db, runtime } = deps;
  const startMs = runtime.clock.monotonicMs();
  const taken = await db.transaction(
    async (tx) => {
      const waiting = await takeWaiting(tx, only);
      if (waiting !== undefined) await match(tx, deps, waiting);
      return waiting?.reconciliationId;
    },
    { statementTimeoutMs: RUN_TIMEOUT_MS },
  );
  if (taken === undefined) return undefined;
  await failpoint('settlement.reconciliation.matched');
  runSeconds.record((runtime.clock.monotonicMs() - startMs) / 1_000);
  await forgetProgress(db, taken);
  return taken;
}

async function match(tx: Tx, deps: RunDeps, waiting: Waiting): Promise<void> {
  const { reconciliationId, source, loadId } = waiting;
  // On another connection, since what this one writes is seen only in the end.
  const progress: Progress = (step, doneCount) =>
    noteProgress(deps.db, reconciliationId, step, doneCount);
  await tx.query(FOR_A_RUN);
  await tx.query(FOUND_TABLE);
  if (source.kind === 'partner') {
    await matchPartner(tx, deps, { reconciliationId, loadId, ...source }, progress);
  } else {
    await matchBank(tx, deps, { reconciliationId, loadId, ...source }, progress);
  }
  await progress('recording breaks', 0);
  await record(tx, deps, waiting);
}

async function record(tx: Tx, { runtime }: RunDeps, waiting: Waiting): Promise<void> {
  const { reconciliationId, source } = waiting;
  const now = runtime.clock.now();
  const counted = async (sql: string) => {
    const [row] = await tx.query<{ count: bigint }>(sql, [reconciliationId, now]);
    return row?.count ?? 0n;
  };
  await tx.query('ANALYZE found');
  const openedCount = await counted(RECORD_FOUND);
  const healOthers = source.kind === 'partner' ? HEAL_OTHER_DAYS : HEAL_OTHER_STATEMENTS;
  const healedCount = (await counted(HEAL_OWN)) + (await counted(healOthers));
  await tx.query(FORGET_MATCHES, [reconciliationId]);
  await tx.query(source.kind === 'partner' ? KEEP_MATCHES : KEEP_BANK_MATCHES, [reconciliationId]);
  await endRun(tx, waiting, { openedCount, healedCount }, now);
  runs.add(1, { source: source.kind });
}
