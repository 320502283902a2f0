import { columns, type Queryable } from '@causeway/db';
import { laneOf } from '@causeway/runtime';

const SUMS =
  'sum(payer_minor) AS payer, sum(payee_minor) AS payee, sum(mid_minor) AS mid, sum(residual_minor) AS residual';
const BY = 'kind, issuer_id, partner_id, payer_currency, payee_currency';

// One statement sees one moment, and a booking adds to its totals in its own commit.
const TOTALS = `
  WITH booked AS (
    SELECT ${BY}, ${SUMS},
           coalesce(sum(markup_minor) FILTER (WHERE markup_minor > 0), 0) AS earned,
           coalesce(-sum(markup_minor) FILTER (WHERE markup_minor < 0), 0) AS given
    FROM bookings WHERE lane = $1 GROUP BY ${BY}
  )
  SELECT format('%ss of %s and %s: totals say %s %s and %s %s, bookings %s and %s', kind, issuer_id,
                partner_id, t.payer_minor, payer_currency, t.payee_minor, payee_currency,
                b.payer, b.payee) AS breach
  FROM (SELECT * FROM totals WHERE lane = $1) t FULL JOIN booked b USING (${BY})
  WHERE (t.payer_minor, t.payee_minor, t.mid_minor, t.markup_earned_minor, t.markup_given_minor,
         t.residual_minor)
    IS DISTINCT FROM (b.payer, b.payee, b.mid, b.earned, b.given, b.residual)
  LIMIT 5`;

/** Where the totals of a lane are not the sums of its bookings, in words. */
export async function totalBreaches(db: Queryable, lane: number): Promise<string[]> {
  const rows = await db.query<{ breach: string }>(TOTALS, [lane]);
  return rows.map(({ breach }) => breach);
}

// What payments did and what commands moved, account by account; currencies sum to zero over both.
const CURRENCIES = `
  SELECT format('%s: debits exceed credits by %s', currency_code,
                sum(debits_posted - credits_posted)) AS breach
  FROM accounts WHERE lane = $1 GROUP BY currency_code
  HAVING sum(debits_posted) <> sum(credits_posted)`;

/** Currencies of a lane whose debits are not its credits, in words. */
export async function currencyBreaches(db: Queryable, lane: number): Promise<string[]> {
  const rows = await db.query<{ breach: string }>(CURRENCIES, [lane]);
  return rows.map(({ breach }) => breach);
}

/** What the books say that a payer paid and was not given back. */
export interface BookedLine {
  paymentId: string;
  keptMinor: bigint;
}

const KEPT = "sum(CASE kind WHEN 'capture' THEN payer_minor ELSE -payer_minor END)::bigint";

const OF = `
  SELECT found.* FROM unnest($1::smallint[], $2::uuid[]) AS asked (lane, id)
  CROSS JOIN LATERAL (
    SELECT payment_id AS "paymentId", ${KEPT} AS "keptMinor" FROM bookings b
    WHERE b.lane = asked.lane AND b.payment_id = asked.id AND b.issuer_id = $3
    GROUP BY payment_id OFFSET 0
  ) AS found`;

/** What is booked of these payments of a wallet operator; those without a booking are left out. */
export function bookedOf(
  db: Queryable,
  issuerId: string,
  paymentIds: readonly string[],
): Promise<BookedLine[]> {
  const keys = columns(paymentIds, laneOf, (id) => id);
  return db.query<BookedLine>(OF, [...keys, issuerId]);
}

/** A place among the bookings. */
export interface BookingPlace {
  lane: number;
  paymentId: string;
}

/** Before the first booking. */
export const BEFORE_ALL: BookingPlace = {
  lane: -1,
  paymentId: '00000000-0000-0000-0000-000000000000',
};

const AFTER = `
  SELECT lane, payment_id AS "paymentId", ${KEPT} AS "keptMinor" FROM bookings
  WHERE (lane, payment_id) > ($1::smallint, $2::uuid) AND issuer_id = $3
  GROUP BY lane, payment_id ORDER BY lane, payment_id LIMIT $4`;

/** What is booked of a wallet operator's payments behind a place, in the order of their keys. */
export function bookedAfter(
  db: Queryable,
  issuerId: string,
  { lane, paymentId }: BookingPlace,
  limit: number,
): Promise<(BookedLine & BookingPlace)[]> {
  return db.query(AFTER, [lane, paymentId, issuerId, limit]);
}
