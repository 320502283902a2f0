import { type Queryable, type RowColumn, rowArray } from '@causeway/db';
import type { FeedEntry, PartnerPayment } from './project.ts';

/** Where a partner's feed stands. */
export interface FeedHead {
  lane: number;
  partnerId: string;
  latestSeq: bigint;
}

/** A fact as it is taken in: its line in the feed, and what it says of its payment. */
export type TakenFact = FeedEntry & Omit<PartnerPayment, 'lane' | 'partnerId' | 'payment'>;

/** The attributes of `taken_fact_v1`, in their order. */
const TAKEN_FACT: RowColumn<TakenFact>[] = [
  { type: 'smallint', of: ({ lane }) => lane },
  { type: 'text', of: ({ partnerId }) => partnerId },
  { type: 'uuid', of: ({ factId }) => factId },
  { type: 'text', of: ({ kind }) => kind },
  { type: 'bytea', of: ({ payment }) => payment },
  { type: 'bytea', of: ({ refund }) => refund },
  { type: 'timestamptz', of: ({ occurredAt }) => occurredAt },
  { type: 'uuid', of: ({ paymentId }) => paymentId },
  { type: 'uuid', of: ({ merchantId }) => merchantId },
  { type: 'smallint', of: ({ state }) => state },
  { type: 'bigint', of: ({ version }) => version },
  { type: 'timestamptz', of: ({ createdAt }) => createdAt },
];

// Places are given out under the lock of each partner's head, held until the commit: whoever sees a
// place sees all before it. Heads and payments are locked in one order by all writers. Facts are
// looked up one by one, since a plan made on a small table would read all of a large one. A fact
// that another writer takes in at this moment is caught by the unique key, and all of it fails.
const TAKE_IN = `
  WITH given AS (
    SELECT * FROM unnest($1::taken_fact_v1[])
      WITH ORDINALITY AS given (lane, partner_id, fact_id, kind, payment, refund, occurred_at,
                                payment_id, merchant_id, state, version, created_at, came)
  ),
  fresh AS MATERIALIZED (
    SELECT given.*, row_number() OVER (PARTITION BY lane, partner_id ORDER BY came) AS place,
           count(*) OVER (PARTITION BY lane, partner_id) AS places
      FROM given
      LEFT JOIN LATERAL (
        SELECT true AS is_known FROM payment_feed f
         WHERE f.lane = given.lane AND f.fact_id = given.fact_id OFFSET 0) AS f ON true
     WHERE f.is_known IS NULL
  ),
  head AS (
    INSERT INTO feed_heads AS head (lane, partner_id, latest_seq)
    SELECT lane, partner_id, count(*) FROM fresh GROUP BY lane, partner_id ORDER BY lane, partner_id
    ON CONFLICT (lane, partner_id) DO UPDATE SET latest_seq = head.latest_seq + excluded.latest_seq
    RETURNING lane, partner_id, latest_seq
  ),
  line AS (
    INSERT INTO payment_feed (lane, partner_id, seq, fact_id, kind, payment, refund, occurred_at)
    SELECT lane, partner_id, head.latest_seq - places + place, fact_id, kind, payment, refund,
           occurred_at
      FROM fresh JOIN head USING (lane, partner_id)
  ),
  newest AS (
    SELECT DISTINCT ON (lane, payment_id) * FROM given ORDER BY lane, payment_id, version DESC
  ),
  kept AS (
    INSERT INTO partner_payments AS known
      (lane, payment_id, partner_id, merchant_id, state, version, created_at, payment)
    SELECT lane, payment_id, partner_id, merchant_id, state, version, created_at, payment
      FROM newest ORDER BY lane, payment_id
    ON CONFLICT (lane, payment_id) DO UPDATE
       SET merchant_id = excluded.merchant_id, state = excluded.state,
           version = excluded.version, created_at = excluded.created_at,
           payment = excluded.payment
     WHERE excluded.version > known.version
  )
  SELECT partner_id AS "partnerId", count(*)::integer AS count FROM fresh GROUP BY partner_id`;

/**
 * Takes facts, each at most once, into the feeds and the payments of their partners, in one
 * commit. One that is in its feed already adds nothing there, and an older version replaces no
 * newer one. Answers how many each partner's feed has grown by.
 */
export function takeIn(
  db: Queryable,
  facts: readonly TakenFact[],
): Promise<{ partnerId: string; count: number }[]> {
  return db.query(TAKE_IN, [rowArray('taken_fact_v1', facts, TAKEN_FACT)]);
}

const PUT_RIGHT = `
  WITH given AS (
    SELECT * FROM unnest($1::taken_fact_v1[])
      AS given (lane, partner_id, fact_id, kind, payment, refund, occurred_at, payment_id,
                merchant_id, state, version, created_at)
  ),
  put AS (
    INSERT INTO partner_payments AS known
      (lane, payment_id, partner_id, merchant_id, state, version, created_at, payment)
    SELECT lane, payment_id, partner_id, merchant_id, state, version, created_at, payment
      FROM given ORDER BY lane, payment_id
    ON CONFLICT (lane, payment_id) DO UPDATE
       SET partner_id = excluded.partner_id, merchant_id = excluded.merchant_id,
           state = excluded.state, version = excluded.version, created_at = excluded.created_at,
           payment = excluded.payment
     WHERE excluded.version >= known.version
       AND (known.partner_id, known.merchant_id, known.state, known.version, known.created_at,
            known.payment)
           IS DISTINCT FROM
           (excluded.partner_id, excluded.merchant_id, excluded.state, excluded.version,
            excluded.created_at, excluded.payment)
    RETURNING payment_id
  )
  SELECT count(*)::integer AS count FROM put`;

/**
 * Makes payments be what these facts say, also where they are of the same version. No payment may
 * stand among them twice. Answers how many were wrong, or missing.
 */
export async function putRight(
  db: Queryable,
  payments: readonly PartnerPayment[],
): Promise<number> {
  const rows = payments.map((payment) => ({ ...payment, ...NO_LINE }));
  const [row] = await db.query<{ count: number }>(PUT_RIGHT, [
    rowArray('taken_fact_v1', rows, TAKEN_FACT),
  ]);
  return row?.count ?? 0;
}

/** Of a fact whose payment alone counts. */
const NO_LINE = {
  ...{ factId: '00000000-0000-0000-0000-000000000000', kind: '' },
  ...{ refund: undefined, occurredAt: new Date(0) },
};

/** A line of the feed as it is stored. */
export interface FeedRow {
  seq: bigint;
  kind: string;
  payment: Buffer;
  refund: Buffer | null;
  occurredAt: Date;
}

/** A partner's feed after a place, in its order. */
export function feedAfter(
  db: Queryable,
  partner: Pick<FeedHead, 'lane' | 'partnerId'>,
  afterSeq: bigint,
  limit: number,
): Promise<FeedRow[]> {
  return db.query(
    `SELECT seq, kind, payment, refund, occurred_at AS "occurredAt" FROM payment_feed
      WHERE lane = $1 AND partner_id = $2 AND seq > $3 ORDER BY seq LIMIT $4`,
    [partner.lane, partner.partnerId, afterSeq, limit],
  );
}

/** The last place of a partner's feed; 0 where it is empty. */
export async function latestSeqOf(
  db: Queryable,
  partner: Pick<FeedHead, 'lane' | 'partnerId'>,
): Promise<bigint> {
  const [row] = await db.query<{ latest_seq: bigint }>(
    'SELECT latest_seq FROM feed_heads WHERE lane = $1 AND partner_id = $2',
    [partner.lane, partner.partnerId],
  );
  return row?.latest_seq ?? 0n;
}

/** A place in a partner's payments, newest first. */
export interface PaymentPosition {
  createdAt: Date;
  paymentId: string;
}

/** Which of a partner's payments; state 0 for all. */
export interface PaymentFilter extends Pick<FeedHead, 'lane' | 'partnerId'> {
  merchantId: string | undefined;
  state: number;
}

/** A payment as it is stored, with its place. */
export interface PaymentRow extends PaymentPosition {
  payment: Buffer;
}

const NEWEST = `
  SELECT created_at AS "createdAt", payment_id AS "paymentId", payment FROM partner_payments
   WHERE lane = $1 AND partner_id = $2 AND ($3::smallint = 0 OR state = $3)
     AND (created_at, payment_id) < ($4::timestamptz, $5::uuid)`;
const ORDER = 'ORDER BY created_at DESC, payment_id DESC LIMIT $6';
const NEWEST_OF_ALL = `${NEWEST} ${ORDER}`;
const NEWEST_OF_MERCHANT = `${NEWEST} AND merchant_id = $7 ${ORDER}`;

/** A partner's payments before a place, the newest first. */
export function paymentsBefore(
  db: Queryable,
  filter: PaymentFilter,
  before: PaymentPosition | undefined,
  limit: number,
): Promise<PaymentRow[]> {
  const { lane, partnerId, merchantId, state } = filter;
  const from = before === undefined ? 'infinity' : before.createdAt;
  const last = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  const params = [lane, partnerId, state, from, before?.paymentId ?? last, limit];
  return merchantId === undefined
    ? db.query(NEWEST_OF_ALL, params)
    : db.query(NEWEST_OF_MERCHANT, [...params, merchantId]);
}
