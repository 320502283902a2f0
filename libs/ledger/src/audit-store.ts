import type { Queryable } from '@causeway/db';

// Both are read by one statement, so they are of one moment, whatever is posted meanwhile.
const BREACHES = `
  WITH entries AS (
    SELECT debit_account_id AS account_id, held_minor AS debits_held, 0 AS credits_held,
           CASE WHEN kind IN ('post', 'capture') THEN amount_minor ELSE 0 END AS debits, 0 AS credits
    FROM ledger_transfers WHERE lane = $1 AND outcome = 'posted'
    UNION ALL
    SELECT credit_account_id, 0, held_minor,
           0, CASE WHEN kind IN ('post', 'capture') THEN amount_minor ELSE 0 END
    FROM ledger_transfers WHERE lane = $1 AND outcome = 'posted'
  ), sums AS (
    SELECT account_id, count(*) AS entries, sum(debits) AS debits, sum(credits) AS credits,
           sum(debits_held) AS debits_held, sum(credits_held) AS credits_held
    FROM entries GROUP BY account_id
  ), of_lane AS (SELECT * FROM ledger_accounts WHERE lane = $1)
  (SELECT format('account %s of %s has %s debits and %s credits, and its entries %s and %s',
                 coalesce(a.code, account_id::text), a.owner, a.debits_posted, a.credits_posted,
                 s.debits, s.credits) AS breach
   FROM of_lane a FULL JOIN sums s USING (account_id)
   WHERE a.account_id IS NULL
     OR (a.seq, a.debits_posted, a.credits_posted, a.debits_held, a.credits_held) IS DISTINCT FROM
        (coalesce(s.entries, 0), coalesce(s.debits, 0), coalesce(s.credits, 0),
         coalesce(s.debits_held, 0), coalesce(s.credits_held, 0))
   LIMIT 5)
  UNION ALL
  SELECT format('%s: debits exceed credits by %s', currency_code,
                sum(debits_posted - credits_posted))
  FROM of_lane GROUP BY currency_code HAVING sum(debits_posted) <> sum(credits_posted)`;

/**
 * What is wrong in a lane of the ledger, in words: an account that is not what its entries sum to, or
 * a currency whose debits are not its credits. It reads all transfers of the lane.
 */
export async function ledgerBreaches(db: Queryable, lane: number): Promise<string[]> {
  const rows = await db.query<{ breach: string }>(BREACHES, [lane]);
  return rows.map(({ breach }) => breach);
}
