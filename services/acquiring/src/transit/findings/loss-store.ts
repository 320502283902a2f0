import type { Queryable } from '@causeway/db';
import type { LossRecord } from '../tap.ts';

/** Enters losses that are given as `$n::transit_loss_v1[]`, to be asked for at once. */
export const enterLosses = (parameter: string) => `
    INSERT INTO transit_losses (lane, finding_id, payment_id, issuer_id, grant_id, counter,
      partner_id, line_id, amount_minor, currency_code, state, due_at)
    SELECT n.*, 'due', clock_timestamp() FROM unnest(${parameter}::transit_loss_v1[]) AS n
    ON CONFLICT DO NOTHING`;

const CLAIM = `
  UPDATE transit_losses l SET due_at = clock_timestamp() + $1::integer * interval '1 millisecond'
   WHERE (l.lane, l.finding_id) IN (
     SELECT lane, finding_id FROM transit_losses
      WHERE due_at <= clock_timestamp() ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
   )
  RETURNING l.lane, l.finding_id AS "findingId", l.payment_id AS "paymentId",
            l.issuer_id AS "issuerId", l.grant_id AS "grantId", l.counter,
            l.partner_id AS "partnerId", l.line_id AS "lineId", l.amount_minor AS "amountMinor",
            l.currency_code AS "currencyCode"`;

/** Losses that are to be asked for, which nobody else asks for meanwhile. */
export function claimLosses(db: Queryable, leaseMs: number, limit: number): Promise<LossRecord[]> {
  return db.query<LossRecord>(CLAIM, [leaseMs, limit]);
}

const END = `
  UPDATE transit_losses SET state = $3, decline_reason = $4, due_at = NULL
   WHERE lane = $1 AND finding_id = $2 AND state = 'due'`;

/**
 * Records how the payment of a loss ended.
 *
 * @param declineReason why the wallet operator does not bear it; 0 where it does
 */
export async function endLoss(
  db: Queryable,
  { lane, findingId }: LossRecord,
  declineReason: number,
): Promise<void> {
  const state = declineReason === 0 ? 'paid' : 'unpaid';
  await db.query(END, [lane, findingId, state, declineReason]);
}
