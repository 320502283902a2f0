import { columns, type Queryable, type Tx } from '@causeway/db';
import type { FeedEntry, PartnerPayment } from './project.ts';

/** Where a partner's feed stands. */
export interface FeedHead {
  lane: number;
  partnerId: string;
  latestSeq: bigint;
}

/** Entries with their places. */
export interface PlacedEntry extends FeedEntry {
  seq: bigint;
}

// The update changes nothing: it is there to lock the row until commit, also where it is new.
const LOCK_HEADS = `
  INSERT INTO feed_heads AS head (lane, partner_id)
  SELECT * FROM unnest($1::smallint[], $2::text[]) AS asked (lane, partner_id)
   ORDER BY lane, partner_id
  ON CONFLICT (lane, partner_id) DO UPDATE SET latest_seq = head.latest_seq
  RETURNING lane, partner_id AS "partnerId", latest_seq AS "latestSeq"`;

/** Locks the heads of these partners' feeds, in one order for all writers, and reads them. */
export function lockHeads(
  tx: Tx,
  partners: readonly Pick<FeedHead, 'lane' | 'partnerId'>[],
): Promise<FeedHead[]> {
  const params = columns(
    partners,
    ({ lane }) => lane,
    ({ partnerId }) => partnerId,
  );
  return tx.query(LOCK_HEADS, params);
}

/** Which of these facts are in the feed already. */
export async function knownFacts(tx: Tx, entries: readonly FeedEntry[]): Promise<Set<string>> {
  const rows = await tx.query<{ fact_id: string }>(
    // Looked up one by one, since a plan made on a small table would read all of a large one.
    `SELECT asked.fact_id FROM unnest($1::smallint[], $2::uuid[]) AS asked (lane, fact_id)
      CROSS JOIN LATERAL (
        SELECT FROM payment_feed f
         WHERE f.lane = asked.lane AND f.fact_id = asked.fact_id OFFSET 0) AS known`,
    columns(
      entries,
      ({ lane }) => lane,
      ({ factId }) => factId,
    ),
  );
  return new Set(rows.map((row) => row.fact_id));
}

const APPEND = `
  WITH appended AS (
    INSERT INTO payment_feed
      (lane, partner_id, seq, fact_id, kind, payment, refund, occurred_at)
    SELECT * FROM unnest($1::smallint[], $2::text[], $3::bigint[], $4::uuid[], $5::text[],
                         $6::bytea[], $7::bytea[], $8::timestamptz[])
    RETURNING lane, partner_id, seq
  )
  UPDATE feed_heads head SET latest_seq = latest.seq
    FROM (SELECT lane, partner_id, max(seq) AS seq FROM appended GROUP BY 1, 2) AS latest
   WHERE head.lane = latest.lane AND head.partner_id = latest.partner_id`;

/** Appends entries to the feeds whose heads are locked. */
export async function appendEntries(tx: Tx, entries: readonly PlacedEntry[]): Promise<void> {
  const params = columns(
    entries,
    (entry) => entry.lane,
    (entry) => entry.partnerId,
    (entry) => entry.seq,
    (entry) => entry.factId,
    (entry) => entry.kind,
    (entry) => entry.payment,
    (entry) => entry.refund,
    (entry) => entry.occurredAt,
  );
  await tx.query(APPEND, params);
}

const UPSERT = `
  INSERT INTO partner_payments AS known
    (lane, payment_id, partner_id, merchant_id, state, version, created_at, payment)
  SELECT * FROM unnest($1::smallint[], $2::uuid[], $3::text[], $4::uuid[], $5::smallint[],
                       $6::bigint[], $7::timestamptz[], $8::bytea[])
  ON CONFLICT (lane, payment_id) DO UPDATE
     SET merchant_id = excluded.merchant_id, state = excluded.state,
         version = excluded.version, created_at = excluded.created_at,
         payment = excluded.payment
   WHERE excluded.version > known.version`;

/** Keeps the later of what is known of each payment and what is given; each at most once. */
export async function upsertPayments(tx: Tx, payments: readonly PartnerPayment[]): Promise<void> {
  const params = columns(
    payments,
    (payment) => payment.lane,
    (payment) => payment.paymentId,
    (payment) => payment.partnerId,
    (payment) => payment.merchantId,
    (payment) => payment.state,
    (payment) => payment.version,
    (payment) => payment.createdAt,
    (payment) => payment.payment,
  );
  await tx.query(UPSERT, params);
}

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
