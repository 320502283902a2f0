import { type Queryable, type RowColumn, rowArray } from '@causeway/db';
import { laneOf } from '@causeway/runtime';
import type { Booking, BookingLine } from './booking.ts';

/** The attributes of `booking_v2`, in their order. */
const BOOKING: RowColumn<Booking>[] = [
  { type: 'smallint', of: ({ paymentId }) => laneOf(paymentId) },
  { type: 'uuid', of: ({ paymentId }) => paymentId },
  { type: 'text', of: ({ kind }) => kind },
  { type: 'uuid', of: ({ subjectId }) => subjectId },
  { type: 'text', of: ({ issuerId }) => issuerId },
  { type: 'text', of: ({ partnerId }) => partnerId },
  { type: 'text', of: ({ payerCurrency }) => payerCurrency },
  { type: 'text', of: ({ payeeCurrency }) => payeeCurrency },
  { type: 'bigint', of: ({ payerMinor }) => payerMinor },
  { type: 'bigint', of: ({ payeeMinor }) => payeeMinor },
  { type: 'bigint', of: ({ midMinor }) => midMinor },
  { type: 'bigint', of: ({ markupMinor }) => markupMinor },
  { type: 'bigint', of: ({ residualMinor }) => residualMinor },
  { type: 'date', of: ({ acquirerClearingDate }) => acquirerClearingDate },
  { type: 'date', of: ({ issuerClearingDate }) => issuerClearingDate },
  { type: 'timestamptz', of: ({ occurredAt }) => occurredAt },
  { type: 'text', of: ({ requestId }) => requestId },
  { type: 'uuid', of: ({ merchantId }) => merchantId },
  { type: 'uuid', of: ({ quoteId }) => quoteId },
  { type: 'text', of: ({ rate }) => rate },
  { type: 'text', of: ({ midRate }) => midRate },
  { type: 'text', of: ({ settlement }) => settlement?.currencyCode },
  { type: 'bigint', of: ({ settlement }) => settlement?.amountMinor },
  { type: 'text', of: ({ settlement }) => settlement?.rate },
];

const GIVEN = 'SELECT * FROM unnest($1::booking_v2[])';

const KEY = 'lane, kind, issuer_id, partner_id, payer_currency, payee_currency';
const SUMS = [
  'payer_minor',
  'payee_minor',
  'mid_minor',
  'markup_earned_minor',
  'markup_given_minor',
  'residual_minor',
];

// Rows and totals are written in one order by whoever writes them, so that no two writers wait
// for each other; totals are added to, not set, so that nobody reads them before.
const ENTER = `
  WITH given AS (${GIVEN}),
  booked AS (
    INSERT INTO bookings (lane, payment_id, kind, subject_id, issuer_id, partner_id, payer_currency,
      payee_currency, payer_minor, payee_minor, mid_minor, markup_minor, residual_minor,
      acquirer_clearing_date, issuer_clearing_date, occurred_at, request_id, merchant_id, quote_id,
      rate, mid_rate, settlement_currency, settlement_minor, settlement_rate)
    SELECT * FROM given ORDER BY lane, payment_id, kind, subject_id
    ON CONFLICT DO NOTHING
    RETURNING *
  ),
  added AS (
    INSERT INTO totals AS total (${KEY}, ${SUMS.join(', ')})
    SELECT ${KEY}, sum(payer_minor), sum(payee_minor), sum(mid_minor),
           sum(greatest(markup_minor, 0)), sum(greatest(-markup_minor, 0)), sum(residual_minor)
      FROM booked GROUP BY ${KEY} ORDER BY ${KEY}
    ON CONFLICT (${KEY}) DO UPDATE SET
      ${SUMS.map((name) => `${name} = total.${name} + excluded.${name}`).join(', ')},
      updated_at = now()
  )`;
const COUNT = 'SELECT count(*)::integer AS count FROM booked';

const BOOK = `${ENTER} ${COUNT}`;

// Bookings that were reserved from cover besides: what they took of each slice leaves what is leased
// in the commit in which it becomes part of what is owed.
const BOOK_COVERED = `${ENTER},
  marked AS (
    INSERT INTO cover_bookings (lane, payment_id, kind, subject_id, issuer_covered,
      acquirer_covered)
    SELECT lane, payment_id, kind, subject_id, issuer_covered, acquirer_covered
      FROM unnest($2::cover_booking_v1[]) AS mark
      JOIN booked USING (lane, payment_id, kind, subject_id)
    RETURNING lane, payment_id, kind, subject_id, issuer_covered, acquirer_covered
  ),
  covered AS (
    INSERT INTO cover_booked AS c (participant_kind, participant_id, currency_code, booked_minor)
    SELECT part.side, part.id, part.currency, sum(part.minor)
      FROM marked JOIN booked USING (lane, payment_id, kind, subject_id)
     CROSS JOIN LATERAL (VALUES
       ('issuer', issuer_covered, issuer_id, payer_currency,
        CASE kind WHEN 'capture' THEN payer_minor ELSE -payer_minor END),
       ('acquirer', acquirer_covered AND kind <> 'capture', partner_id, payee_currency,
        payee_minor)
     ) AS part (side, is_covered, id, currency, minor)
     WHERE part.is_covered
     GROUP BY part.side, part.id, part.currency ORDER BY part.side, part.id, part.currency
    ON CONFLICT (participant_kind, participant_id, currency_code)
      DO UPDATE SET booked_minor = c.booked_minor + excluded.booked_minor
  )
  ${COUNT}`;

/** The attributes of `cover_booking_v1`, in their order. */
const COVERED: RowColumn<Booking>[] = [
  { type: 'smallint', of: ({ paymentId }) => laneOf(paymentId) },
  { type: 'uuid', of: ({ paymentId }) => paymentId },
  { type: 'text', of: ({ kind }) => kind },
  { type: 'uuid', of: ({ subjectId }) => subjectId },
  { type: 'boolean', of: ({ covered }) => covered.issuer },
  { type: 'boolean', of: ({ covered }) => covered.acquirer },
];

/**
 * Books what is not booked yet and adds it to the totals, in one statement, which is a commit by
 * itself where no transaction is open. Answers how many bookings were new.
 */
export async function book(db: Queryable, bookings: readonly Booking[]): Promise<number> {
  const covered = onceEach(
    bookings.filter(({ covered: { issuer, acquirer } }) => issuer || acquirer),
  );
  const [row] =
    covered.length === 0
      ? await db.query<{ count: number }>(BOOK, given(bookings))
      : await db.query<{ count: number }>(BOOK_COVERED, [
          ...given(bookings),
          rowArray('cover_booking_v1', covered, COVERED),
        ]);
  return row?.count ?? 0;
}

/** Two facts of one cancel may come together, and book the same. */
function onceEach(bookings: readonly Booking[]): Booking[] {
  const named = bookings.map((one) => [`${one.kind} ${one.subjectId}`, one] as const);
  return [...new Map(named).values()];
}

// Looked up by whole key, whatever a plan made on a small table would think of it.
const OTHER = `
  SELECT given.kind, given.subject_id AS "subjectId"
    FROM (${GIVEN}) AS given
   CROSS JOIN LATERAL (
     SELECT * FROM bookings b
      WHERE b.lane = given.lane AND b.payment_id = given.payment_id AND b.kind = given.kind
        AND b.subject_id = given.subject_id OFFSET 0) AS b
   WHERE (b.issuer_id, b.partner_id, b.payer_currency, b.payee_currency, b.payer_minor,
          b.payee_minor, b.mid_minor, b.markup_minor, b.residual_minor)
      <> (given.issuer_id, given.partner_id, given.payer_currency, given.payee_currency,
          given.payer_minor, given.payee_minor, given.mid_minor, given.markup_minor,
          given.residual_minor)
      OR (given.kind <> 'cancel' AND (b.acquirer_clearing_date, b.issuer_clearing_date)
          <> (given.acquirer_clearing_date, given.issuer_clearing_date))`;

/** Which of these are booked with other content. */
export function bookedOtherwise(
  db: Queryable,
  bookings: readonly Booking[],
): Promise<Pick<Booking, 'kind' | 'subjectId'>[]> {
  return db.query(OTHER, given(bookings));
}

function given(bookings: readonly Booking[]) {
  return [rowArray('booking_v2', bookings, BOOKING)];
}

/** A booking as it stands in the books, for telling its entries. */
export interface BookedRow extends Omit<Booking, keyof BookingLine> {
  bookedAt: Date;
}

/** The bookings of one payment, its refunds included, in no particular order. */
export function bookingsOfPayment(
  db: Queryable,
  lane: number,
  paymentId: string,
): Promise<BookedRow[]> {
  return db.query(
    `SELECT kind, payment_id AS "paymentId", subject_id AS "subjectId", issuer_id AS "issuerId",
            partner_id AS "partnerId", payer_currency AS "payerCurrency",
            payee_currency AS "payeeCurrency", payer_minor AS "payerMinor",
            payee_minor AS "payeeMinor", mid_minor AS "midMinor", markup_minor AS "markupMinor",
            residual_minor AS "residualMinor", booked_at AS "bookedAt"
       FROM bookings WHERE lane = $1 AND payment_id = $2`,
    [lane, paymentId],
  );
}
