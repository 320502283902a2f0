import { type CheckResult, inWords, resultOf } from '../report.ts';
import type { Snapshot } from '../source.ts';

/** A rule that one statement can tell the breaches of. */
export interface SqlCheck {
  name: string;
  /** What must hold, in words. */
  rule: string;
  /** Answers one row per breach. */
  breaches: string;
}

/** Rows enough to say what is wrong; a broken ledger may have millions. */
const LIMIT = 50;

export async function runSqlCheck(snapshot: Snapshot, check: SqlCheck): Promise<CheckResult> {
  const { kind, name } = snapshot.address;
  const rows = await snapshot.all<object>(
    `SELECT * FROM (${check.breaches}) AS breach LIMIT ${LIMIT}`,
  );
  return resultOf(`${kind} ${name}: ${check.name}`, check.rule, rows.map(inWords));
}

/** Counts the rows of the tables into what the snapshot has read. */
export async function countRows(snapshot: Snapshot, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    const [row] = await snapshot.all<{ count: bigint }>(`SELECT count(*) AS count FROM ${table}`);
    snapshot.rowsRead += Number(row?.count ?? 0n);
  }
}
