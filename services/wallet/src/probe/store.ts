import type { Queryable } from '@causeway/db';
import type { ChargeKey } from '../charges/command.ts';

// One statement sees one moment. Payments, cancels and refunds move what is payable; settlements with
// the switch do, too, and are left out on both sides.
const CHARGES = `
  WITH payable AS (
    SELECT account_id FROM ledger_accounts WHERE lane = $1 AND code = 'payable_to_switch'
  ), moved AS (
    SELECT coalesce(sum(CASE WHEN credit_account_id IN (SELECT account_id FROM payable)
                             THEN amount_minor ELSE -amount_minor END), 0) AS minor
    FROM ledger_transfers
    WHERE lane = $1 AND outcome = 'posted' AND kind IN ('post', 'capture')
      AND code IN ('payment', 'cancel', 'refund')
      AND (credit_account_id IN (SELECT account_id FROM payable)
           OR debit_account_id IN (SELECT account_id FROM payable))
  ), taken AS (
    SELECT coalesce(sum(amount_minor - refunded_minor), 0) AS minor
    FROM charges WHERE lane = $1 AND state = 'captured'
  )
  SELECT format('charges took %s, and %s became payable', taken.minor, moved.minor) AS breach
  FROM taken, moved WHERE taken.minor <> moved.minor`;

/** Where the charges of a lane are not what they made payable to the switch, in words. */
export async function chargeBreaches(db: Queryable, lane: number): Promise<string[]> {
  const rows = await db.query<{ breach: string }>(CHARGES, [lane]);
  return rows.map(({ breach }) => breach);
}

/** What a payment took and has not given back. */
export interface Taken extends ChargeKey {
  takenMinor: bigint;
  walletId: string;
}

const COLUMNS =
  'lane, payment_id AS "paymentId", wallet_id AS "walletId", (amount_minor - refunded_minor)::bigint AS "takenMinor"';
const TOOK = "state = 'captured' AND amount_minor <> refunded_minor";

const PAGE = `
  SELECT ${COLUMNS} FROM charges WHERE (lane, payment_id) > ($1::smallint, $2::uuid) AND ${TOOK}
  ORDER BY lane, payment_id LIMIT $3`;

/** A page of all payments that took something, in the order of their keys. */
export function takenAfter(db: Queryable, after: ChargeKey, limit: number): Promise<Taken[]> {
  return db.query<Taken>(PAGE, [after.lane, after.paymentId, limit]);
}

// The lane is the wallet's, which the payment does not name: so each is looked for in all of them,
// by whole keys.
const NAMED = `
  SELECT found.* FROM generate_series(0, 63) AS lanes (lane), unnest($1::uuid[]) AS asked (id)
  CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM charges
    WHERE charges.lane = lanes.lane AND charges.payment_id = asked.id AND ${TOOK} OFFSET 0
  ) AS found`;

/** What these payments took; those that took nothing are left out. */
export function takenBy(db: Queryable, paymentIds: readonly string[]): Promise<Taken[]> {
  return db.query<Taken>(NAMED, [paymentIds]);
}
