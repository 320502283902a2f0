import type { Queryable } from '@causeway/db';

/** What the accounts of one participant in one currency say, in minor units. */
export interface PositionSum {
  owner: string;
  currencyCode: string;
  capturedMinor: bigint;
  refundedMinor: bigint;
  updatedAt: Date;
}

// An account's last entry has the account's own seq, on one side or the other.
const POSITIONS = `
  SELECT a.owner, a.currency_code AS "currencyCode",
         coalesce(sum(a.debits_posted - a.credits_posted) FILTER (WHERE a.code = $1), 0)::bigint
           AS "capturedMinor",
         coalesce(sum(a.debits_posted - a.credits_posted) FILTER (WHERE a.code = $2), 0)::bigint
           AS "refundedMinor",
         max(last.recorded_at) AS "updatedAt"
    FROM ledger_accounts a
    CROSS JOIN LATERAL (
      SELECT recorded_at FROM ledger_transfers t
       WHERE t.lane = a.lane AND t.debit_account_id = a.account_id AND t.debit_seq = a.seq
         AND t.outcome = 'posted'
      UNION ALL
      SELECT recorded_at FROM ledger_transfers t
       WHERE t.lane = a.lane AND t.credit_account_id = a.account_id AND t.credit_seq = a.seq
         AND t.outcome = 'posted'
    ) AS last
   WHERE a.code IN ($1, $2) AND ($3 = '' OR a.owner = $3)
   GROUP BY a.owner, a.currency_code
   ORDER BY a.owner, a.currency_code`;

/**
 * Debits less credits of the account for captures and of the one for refunds, per owner and
 * currency, over all lanes. An empty owner stands for all.
 */
export function positionSums(
  db: Queryable,
  codes: { captured: string; refunded: string },
  owner: string,
): Promise<PositionSum[]> {
  return db.query(POSITIONS, [codes.captured, codes.refunded, owner]);
}
