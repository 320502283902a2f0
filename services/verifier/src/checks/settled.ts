import { type CheckResult, resultOf } from '../report.ts';
import type { Snapshot } from '../source.ts';

/** What a wallet operator says it paid for one clearing day; below zero where the switch paid. */
interface PaidRow {
  clearing_date: string;
  minor: bigint;
}

const PAID =
  'SELECT clearing_date, paid_minor AS minor FROM switch_settlements ORDER BY clearing_date';

/** A wallet operator is settled in the one currency of its wallets. */
const DUE = `
  SELECT participant_id, clearing_date, sum(due_minor)::bigint AS minor
  FROM window_sums JOIN windows USING (participant_kind, participant_id, clearing_date)
  WHERE participant_kind = 'issuer' AND state = 'SETTLED'
  GROUP BY participant_id, clearing_date`;

/**
 * Compares what wallet operators say that they paid for their clearing days with what the switch
 * says was due, where both have recorded that the day is settled. They do so in their own time.
 */
export async function settledAlike(
  wallets: readonly Snapshot[],
  settlement: Snapshot,
): Promise<CheckResult> {
  const rows = await settlement.all<PaidRow & { participant_id: string }>(DUE);
  const due = new Map(rows.map((row) => [`${row.participant_id} ${row.clearing_date}`, row.minor]));
  const problems: string[] = [];
  for (const wallet of wallets) {
    for (const { clearing_date: date, minor } of await wallet.all<PaidRow>(PAID)) {
      const key = `${wallet.address.name} ${date}`;
      const expected = due.get(key);
      if (expected === undefined || expected === minor) continue;
      problems.push(`${key}: the wallet paid ${minor}, and ${expected} was due`);
    }
  }
  const rule = 'what a wallet operator paid for a day is what was due, where both have settled it';
  return resultOf('settlements', rule, problems);
}
