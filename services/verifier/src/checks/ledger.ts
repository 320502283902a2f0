import type { Snapshot } from '../source.ts';
import type { SqlCheck } from './sql-check.ts';

// The two sides of every posted transfer, from the transfers themselves: the ledger's own view
// would only tell what the ledger believes.
const ENTRIES = `
  SELECT lane, debit_account_id AS account_id, debit_seq AS seq, 'debit' AS side,
         CASE WHEN kind IN ('post', 'capture') THEN amount_minor ELSE 0 END AS posted,
         held_minor AS held, debit_balance_minor AS balance_after
  FROM ledger_transfers WHERE outcome = 'posted'
  UNION ALL
  SELECT lane, credit_account_id, credit_seq, 'credit',
         CASE WHEN kind IN ('post', 'capture') THEN amount_minor ELSE 0 END,
         held_minor, credit_balance_minor
  FROM ledger_transfers WHERE outcome = 'posted'`;

/** What must hold in any database with a ledger. */
export const LEDGER_CHECKS: readonly SqlCheck[] = [
  {
    name: 'balances',
    rule: 'each account holds exactly the sums of its entries, posted and held, on both sides',
    breaches: `
      WITH entries AS (${ENTRIES}), sums AS (
        SELECT lane, account_id,
          coalesce(sum(posted) FILTER (WHERE side = 'debit'), 0) AS debits,
          coalesce(sum(posted) FILTER (WHERE side = 'credit'), 0) AS credits,
          coalesce(sum(held) FILTER (WHERE side = 'debit'), 0) AS debits_on_hold,
          coalesce(sum(held) FILTER (WHERE side = 'credit'), 0) AS credits_on_hold
        FROM entries GROUP BY lane, account_id
      )
      SELECT a.code, a.owner, a.lane, a.account_id, a.debits_posted, s.debits,
             a.credits_posted, s.credits
      FROM ledger_accounts a FULL JOIN sums s USING (lane, account_id)
      WHERE a.account_id IS NULL
        OR a.debits_posted <> coalesce(s.debits, 0) OR a.credits_posted <> coalesce(s.credits, 0)
        OR a.debits_held <> coalesce(s.debits_on_hold, 0)
        OR a.credits_held <> coalesce(s.credits_on_hold, 0)`,
  },
  {
    name: 'entry numbers',
    rule: 'the entries of an account are numbered 1, 2, 3 … to its last one, with no gap and no double',
    breaches: `
      WITH entries AS (${ENTRIES}), numbers AS (
        SELECT lane, account_id, count(*) AS entries, count(DISTINCT seq) AS numbers,
               min(seq) AS first, max(seq) AS last
        FROM entries GROUP BY lane, account_id
      )
      SELECT a.code, a.owner, a.lane, a.seq, n.entries, n.numbers, n.first, n.last
      FROM ledger_accounts a LEFT JOIN numbers n USING (lane, account_id)
      WHERE a.seq <> coalesce(n.last, 0) OR n.entries <> a.seq OR n.numbers <> a.seq
        OR n.first <> 1`,
  },
  {
    name: 'running balances',
    rule: 'the balance after each entry is the sum of the entries up to it',
    breaches: `
      WITH entries AS (${ENTRIES}), running AS (
        SELECT e.*, a.code, sum(CASE WHEN side = a.normal_side THEN posted ELSE -posted END)
                 OVER (PARTITION BY lane, account_id ORDER BY e.seq) AS balance
        FROM entries e JOIN ledger_accounts a USING (lane, account_id)
      )
      SELECT code, lane, account_id, seq, balance_after, balance
      FROM running WHERE balance <> balance_after`,
  },
  {
    name: 'currencies',
    rule: 'both accounts of a transfer are in its currency and exist',
    breaches: `
      SELECT t.transfer_id, t.currency_code, d.currency_code AS debited, c.currency_code AS credited
      FROM ledger_transfers t
      LEFT JOIN ledger_accounts d ON (d.lane, d.account_id) = (t.lane, t.debit_account_id)
      LEFT JOIN ledger_accounts c ON (c.lane, c.account_id) = (t.lane, t.credit_account_id)
      WHERE t.outcome = 'posted' AND (d.currency_code IS DISTINCT FROM t.currency_code
        OR c.currency_code IS DISTINCT FROM t.currency_code)`,
  },
  {
    name: 'holds',
    rule: 'a hold is resolved at most once, by no more than it reserved',
    breaches: `
      SELECT h.transfer_id AS hold, count(*) AS resolved, max(r.amount_minor) AS amount, h.amount_minor AS held
      FROM ledger_transfers h
      JOIN ledger_transfers r ON r.lane = h.lane AND r.hold_id = h.transfer_id AND r.outcome = 'posted'
      GROUP BY h.lane, h.transfer_id, h.amount_minor, h.kind, h.outcome
      HAVING count(*) > 1 OR max(r.amount_minor) > h.amount_minor OR h.kind <> 'hold'
        OR h.outcome <> 'posted'`,
  },
  {
    name: 'overdrafts',
    rule: 'an account that must not be overdrawn never was',
    breaches: `
      WITH entries AS (${ENTRIES})
      SELECT a.code, a.owner, e.lane, e.account_id, e.seq, e.balance_after
      FROM entries e JOIN ledger_accounts a USING (lane, account_id)
      WHERE NOT a.may_go_negative AND e.balance_after < 0`,
  },
];

/** Debits less credits per currency, from the accounts in this table. */
export async function currencySums(
  snapshot: Snapshot,
  accounts: string,
): Promise<Map<string, bigint>> {
  const rows = await snapshot.all<{ currency_code: string; sum: string }>(`
    SELECT currency_code, sum(debits_posted - credits_posted)::text AS sum
    FROM ${accounts} GROUP BY currency_code ORDER BY currency_code`);
  return new Map(rows.map((row) => [row.currency_code, BigInt(row.sum)]));
}
