import { type Database, openDatabase, type Queryable } from '@causeway/db';
import { reconcile } from '@causeway/ledger/testing';
import type { Runtime } from '@causeway/runtime';
import type { Problem } from '../part.ts';

const STATEMENT_TIMEOUT_MS = 10 * 60_000;
/** Services plan for single rows by index; this reads whole tables. */
const PLAN_FOR_ALL = `
  SET LOCAL enable_seqscan = on; SET LOCAL plan_cache_mode = auto; SET LOCAL work_mem = '256MB'`;

/**
 * Recomputes every balance and count of a ledger from its transfers, and compares the rows with
 * what the writers were answered: how many transfers, by lane and outcome.
 */
export async function checkLedger(
  url: string,
  runtime: Runtime,
  answered: ReadonlyMap<string, number>,
): Promise<Problem[]> {
  const statementTimeoutMs = STATEMENT_TIMEOUT_MS;
  const db: Database = openDatabase({ url, runtime, maxConnections: 1, statementTimeoutMs });
  try {
    return await db.transaction(async (tx) => {
      await tx.query(PLAN_FOR_ALL);
      return [...(await recompute(tx)), ...(await compare(tx, answered))];
    });
  } finally {
    await db.close();
  }
}

async function recompute(db: Queryable): Promise<Problem[]> {
  const { wrongAccounts, unbalancedCurrencies } = await reconcile(db);
  const problems: Problem[] = [];
  if (wrongAccounts.length > 0) {
    problems.push({ what: `${wrongAccounts.length} accounts differ from their entries` });
  }
  if (unbalancedCurrencies.length > 0) problems.push({ what: 'debits and credits differ' });
  return problems;
}

async function compare(db: Queryable, answered: ReadonlyMap<string, number>): Promise<Problem[]> {
  const rows = await db.query<{ key: string; count: bigint }>(`
    SELECT concat(lane, ' ', outcome) AS key, count(*) AS count
      FROM ledger_transfers WHERE reference <> 'opening' GROUP BY lane, outcome`);
  const found = new Map(rows.map(({ key, count }) => [key, Number(count)]));
  return [...new Set([...answered.keys(), ...found.keys()])]
    .filter((key) => answered.get(key) !== found.get(key))
    .map((key) => ({
      what: `lane and outcome ${key}: ${answered.get(key) ?? 0} answered, ${found.get(key) ?? 0} found`,
    }));
}
