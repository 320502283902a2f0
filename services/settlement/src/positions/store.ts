import type { Queryable } from '@causeway/db';

/** What the accounts of one participant in one currency say, in minor units. */
export interface PositionSum {
  owner: string;
  currencyCode: string;
  capturedMinor: bigint;
  refundedMinor: bigint;
  updatedAt: Date;
}

const POSITIONS = `
  SELECT owner, currency_code AS "currencyCode",
         coalesce(sum(debits_posted - credits_posted) FILTER (WHERE code = $1), 0)::bigint
           AS "capturedMinor",
         coalesce(sum(debits_posted - credits_posted) FILTER (WHERE code = $2), 0)::bigint
           AS "refundedMinor",
         max(updated_at) AS "updatedAt"
    FROM booked_accounts
   WHERE code IN ($1, $2) AND ($3 = '' OR owner = $3)
   GROUP BY owner, currency_code
   ORDER BY owner, currency_code`;

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
