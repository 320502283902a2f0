import { type Database, type Queryable, type RowColumn, rowArray } from '@causeway/db';
import type { State } from '../payments/record.ts';
import type { PaymentKey } from '../payments/store.ts';

// One statement sees one moment, and a payment's row and its facts change in one commit.
const FACTS = `
  WITH told AS (
    SELECT payment_id, max(version) AS version, bool_or(kind = 'succeeded') AS succeeded,
      bool_or(kind = 'declined') AS declined, bool_or(kind = 'cancelled') AS cancelled
    FROM payment_facts WHERE lane = $1 GROUP BY payment_id
  )
  SELECT format('payment %s is %s at version %s, and its facts end at %s', payment_id, p.state,
                p.version, t.version) AS breach
  FROM (SELECT * FROM payments WHERE lane = $1) p FULL JOIN told t USING (payment_id)
  WHERE p.payment_id IS NULL
    OR (p.step = 'DONE' AND t.version IS DISTINCT FROM p.version)
    OR (p.state = 'SUCCEEDED' AND (t.succeeded IS NOT TRUE OR t.declined OR t.cancelled))
    OR (p.state = 'DECLINED' AND (t.declined IS NOT TRUE OR t.succeeded OR t.cancelled))
    OR (p.state = 'CANCELLED' AND (t.cancelled IS NOT TRUE OR t.declined))
    OR (p.state = 'PENDING' AND (t.succeeded OR t.declined OR t.cancelled))
  LIMIT 5`;

const REFUNDS = `
  WITH sums AS (
    SELECT payment_id, sum(payee_minor) AS payee, sum(payer_minor) AS payer
    FROM refunds WHERE lane = $1 GROUP BY payment_id
  )
  SELECT format('payment %s says that %s and %s were refunded, and its refunds %s and %s', payment_id,
                p.refunded_payee_minor, p.refunded_payer_minor, s.payee, s.payer) AS breach
  FROM (SELECT * FROM payments WHERE lane = $1) p FULL JOIN sums s USING (payment_id)
  WHERE p.payment_id IS NULL
    OR (p.refunded_payee_minor, p.refunded_payer_minor) IS DISTINCT FROM
       (coalesce(s.payee, 0), coalesce(s.payer, 0))
    OR p.refunded_payee_minor > p.payee_minor OR p.refunded_payer_minor > p.payer_minor
  LIMIT 5`;

/** Where a payment of a lane is at rest without the fact of its state, or denied by one, in words. */
export async function factBreaches(db: Queryable, lane: number): Promise<string[]> {
  return breachesOf(await db.query<BreachRow>(FACTS, [lane]));
}

/** Where a payment of a lane does not say what its refunds sum to, in words. */
export async function refundBreaches(db: Queryable, lane: number): Promise<string[]> {
  return breachesOf(await db.query<BreachRow>(REFUNDS, [lane]));
}

interface BreachRow {
  breach: string;
}

function breachesOf(rows: readonly BreachRow[]): string[] {
  return rows.map(({ breach }) => breach);
}

/** Where a payment stands. */
export interface StandingRow {
  paymentId: string;
  state: State;
  currency: string | null;
  payerMinor: bigint | null;
  refundedMinor: bigint;
  isAtRest: boolean;
  unchangedMs: bigint;
}

const KEYS: RowColumn<PaymentKey>[] = [
  { type: 'smallint', of: ({ lane }) => lane },
  { type: 'uuid', of: ({ paymentId }) => paymentId },
];

// Looked up by whole key, whatever a plan made on a small table would think of it. A refund changes
// its payment's row when it is accepted and when it is carried out.
const STANDINGS = `
  SELECT found.* FROM unnest($1::payment_key_v1[]) AS asked
  CROSS JOIN LATERAL (
    SELECT payment_id AS "paymentId", state, payer_currency AS currency,
           payer_minor AS "payerMinor", refunded_payer_minor AS "refundedMinor",
           step = 'DONE' AND NOT EXISTS (
             SELECT FROM refunds r WHERE r.lane = p.lane AND r.payment_id = p.payment_id
               AND r.state = 'PENDING') AS "isAtRest",
           greatest(0, extract(epoch FROM now() - updated_at) * 1000)::bigint AS "unchangedMs"
    FROM payments p WHERE p.lane = asked.lane AND p.payment_id = asked.payment_id OFFSET 0
  ) AS found`;

/** Where these payments stand; those that are not known are left out. */
export function standings(db: Database, keys: readonly PaymentKey[]): Promise<StandingRow[]> {
  return db.query<StandingRow>(STANDINGS, [rowArray('payment_key_v1', keys, KEYS)]);
}
