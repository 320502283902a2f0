import type { Queryable } from '@causeway/db';

/** Accounts whose totals, count of entries or last balance differ from what their entries say. */
const WRONG_ACCOUNTS = `
  SELECT a.lane, a.account_id
    FROM ledger_accounts a
    LEFT JOIN (
      SELECT lane, account_id, count(*) AS entries, max(seq) AS last_seq,
             coalesce(sum(posted_minor) FILTER (WHERE side = 'debit'), 0) AS debits_posted,
             coalesce(sum(posted_minor) FILTER (WHERE side = 'credit'), 0) AS credits_posted,
             coalesce(sum(held_minor) FILTER (WHERE side = 'debit'), 0) AS debits_held,
             coalesce(sum(held_minor) FILTER (WHERE side = 'credit'), 0) AS credits_held,
             (array_agg(balance_minor ORDER BY seq DESC))[1] AS balance_minor
        FROM ledger_entries GROUP BY lane, account_id
    ) e USING (lane, account_id)
   WHERE (a.debits_posted, a.credits_posted, a.debits_held, a.credits_held, a.seq, a.seq) <>
         (coalesce(e.debits_posted, 0), coalesce(e.credits_posted, 0), coalesce(e.debits_held, 0),
          coalesce(e.credits_held, 0), coalesce(e.entries, 0), coalesce(e.last_seq, 0))
      OR e.balance_minor <> CASE a.normal_side
           WHEN 'credit' THEN a.credits_posted - a.debits_posted
           ELSE a.debits_posted - a.credits_posted END`;

const SUMS = `
  SELECT currency_code, sum(debits_posted - credits_posted)::bigint AS sum_minor
    FROM ledger_accounts GROUP BY currency_code`;

/** What a test of money ends with: both lists are empty where the books are right. */
export async function reconcile(db: Queryable): Promise<{
  wrongAccounts: unknown[];
  unbalancedCurrencies: unknown[];
}> {
  const sums = await db.query<{ currency_code: string; sum_minor: bigint }>(SUMS, []);
  return {
    wrongAccounts: await db.query(WRONG_ACCOUNTS, []),
    unbalancedCurrencies: sums.filter((row) => row.sum_minor !== 0n),
  };
}

export const RECONCILED = { wrongAccounts: [], unbalancedCurrencies: [] };
