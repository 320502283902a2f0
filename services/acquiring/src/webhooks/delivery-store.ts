import { type Queryable, type RowColumn, rowArray } from '@causeway/db';
import { laneOfPartner } from '../feed/project.ts';

/** Names one delivery. */
export interface DeliveryKey {
  /** The partner's lane. */
  lane: number;
  hookId: string;
  /** The line of the partner's feed. */
  seq: bigint;
}

const PLAN = `
  WITH behind AS MATERIALIZED (
    SELECT w.lane, w.hook_id, w.partner_id, w.kinds, w.cursor_seq
      FROM webhooks w JOIN feed_heads h ON h.lane = w.lane AND h.partner_id = w.partner_id
     WHERE w.enabled AND w.ended_at IS NULL AND h.latest_seq > w.cursor_seq
       FOR UPDATE OF w SKIP LOCKED
  ),
  line AS MATERIALIZED (
    SELECT b.lane, b.hook_id, f.seq, cardinality(b.kinds) = 0 OR f.kind = ANY (b.kinds) AS wanted
      FROM behind b CROSS JOIN LATERAL (
        SELECT seq, kind FROM payment_feed f
         WHERE f.lane = b.lane AND f.partner_id = b.partner_id AND f.seq > b.cursor_seq
         ORDER BY seq LIMIT $1) f
  ),
  made AS (
    INSERT INTO webhook_deliveries (lane, hook_id, seq, created_at, due_at)
    SELECT lane, hook_id, seq, $2, $2 FROM line WHERE wanted
  )
  UPDATE webhooks w SET cursor_seq = reached.seq
    FROM (SELECT lane, hook_id, max(seq) AS seq, count(*)::integer AS lines
            FROM line GROUP BY lane, hook_id) reached
   WHERE w.lane = reached.lane AND w.hook_id = reached.hook_id
   RETURNING reached.lines`;

/**
 * Makes deliveries of what the feeds hold beyond each enabled webhook's cursor, at most `limit`
 * lines of each, and moves the cursors in the same commit: whatever happens, a line has its
 * delivery or lies beyond the cursor. Answers how many lines were gone through.
 */
export async function planDeliveries(db: Queryable, limit: number, now: Date): Promise<number> {
  const rows = await db.query<{ lines: number }>(PLAN, [limit, now]);
  return rows.reduce((sum, { lines }) => sum + lines, 0);
}

/** How many deliveries of a webhook are under way here. */
export interface Busy {
  lane: number;
  hookId: string;
  partnerId: string;
  inFlight: number;
}

const BUSY: RowColumn<Busy>[] = [
  { type: 'smallint', of: ({ lane }) => lane },
  { type: 'uuid', of: ({ hookId }) => hookId },
  { type: 'text', of: ({ partnerId }) => partnerId },
  { type: 'integer', of: ({ inFlight }) => inFlight },
];

/** A delivery that this replica may attempt until its lease ends, with all that it takes. */
export interface ClaimedDelivery extends DeliveryKey {
  fence: number;
  /** How often it failed before, since it was made or asked for again. */
  failureCount: number;
  partnerId: string;
  webhookId: string;
  url: string;
  /** Sealed. */
  secret: string;
  /** Sealed; null where no rotation is under way. */
  oldSecret: string | null;
  oldUntil: Date | null;
  /** The `webhook-id`: the id of the fact, so that it is the same for ever. */
  factId: string;
  kind: string;
  /** Encoded. */
  payment: Buffer;
  /** Encoded; null where the fact is about no refund. */
  refund: Buffer | null;
  occurredAt: Date;
}

// No webhook is always the last one to be served where the places of this replica, or of its
// partner here, run out.
const CLAIM = `
  WITH busy AS MATERIALIZED (SELECT * FROM unnest($1::webhook_busy_v2[])),
  hook AS MATERIALIZED (
    SELECT w.*, $2::integer - coalesce(busy.in_flight, 0) AS places,
           $6::integer - coalesce((SELECT sum(b.in_flight)::integer FROM busy b
                                    WHERE b.partner_id = w.partner_id), 0) AS partner_places
      FROM webhooks w LEFT JOIN busy ON busy.lane = w.lane AND busy.hook_id = w.hook_id
     WHERE w.enabled AND w.ended_at IS NULL AND coalesce(busy.in_flight, 0) < $2
     ORDER BY random()
  ),
  partner AS MATERIALIZED (
    SELECT DISTINCT partner_id, partner_places FROM hook WHERE partner_places > 0
  ),
  due AS MATERIALIZED (
    SELECT d.lane, d.hook_id, d.seq
      FROM (SELECT * FROM partner ORDER BY random()) AS partner CROSS JOIN LATERAL (
        SELECT d.lane, d.hook_id, d.seq FROM hook CROSS JOIN LATERAL (
          SELECT lane, hook_id, seq FROM webhook_deliveries d
           WHERE d.lane = hook.lane AND d.hook_id = hook.hook_id AND d.state = 1
             AND d.due_at <= $4
           ORDER BY d.due_at LIMIT hook.places FOR UPDATE SKIP LOCKED) d
         WHERE hook.partner_id = partner.partner_id
         LIMIT partner.partner_places) d
     LIMIT $3
  ),
  claimed AS (
    UPDATE webhook_deliveries d
       SET fence = fence + 1, attempt_count = attempt_count + 1, attempted_at = $4, due_at = $5
      FROM due WHERE d.lane = due.lane AND d.hook_id = due.hook_id AND d.seq = due.seq
     RETURNING d.lane, d.hook_id, d.seq, d.fence, d.failure_count
  )
  SELECT c.lane, c.hook_id AS "hookId", c.seq, c.fence, c.failure_count AS "failureCount",
         hook.partner_id AS "partnerId", hook.webhook_id AS "webhookId", hook.url, hook.secret,
         hook.old_secret AS "oldSecret", hook.old_until AS "oldUntil", f.fact_id AS "factId",
         f.kind, f.payment, f.refund, f.occurred_at AS "occurredAt"
    FROM claimed c
    JOIN hook ON hook.lane = c.lane AND hook.hook_id = c.hook_id
    JOIN payment_feed f ON f.lane = c.lane AND f.partner_id = hook.partner_id AND f.seq = c.seq
   ORDER BY c.seq`;

/**
 * Claims due deliveries for this replica alone, until `leaseUntil`: whatever a sender that died
 * had under way is due again then.
 *
 * @param perWebhook most of one webhook under way here, those in `busy` included
 * @param perPartner the same of all webhooks of one partner
 * @param limit most to claim now
 */
export function claimDeliveries(
  db: Queryable,
  options: {
    busy: Busy[];
    perWebhook: number;
    perPartner: number;
    limit: number;
    now: Date;
    leaseUntil: Date;
  },
): Promise<ClaimedDelivery[]> {
  const { busy, perWebhook, perPartner, limit, now, leaseUntil } = options;
  const inHand = rowArray('webhook_busy_v2', busy, BUSY);
  return db.query(CLAIM, [inHand, perWebhook, limit, now, leaseUntil, perPartner]);
}

/** What became of one attempt. */
export interface Outcome extends DeliveryKey {
  /** The claim's. */
  fence: number;
  /** 1 waits, 2 delivered, 3 given up. */
  state: number;
  status: number;
  error: string;
  /** The next attempt; undefined where there is none. */
  dueAt: Date | undefined;
}

const OUTCOME: RowColumn<Outcome>[] = [
  { type: 'smallint', of: ({ lane }) => lane },
  { type: 'uuid', of: ({ hookId }) => hookId },
  { type: 'bigint', of: ({ seq }) => seq },
  { type: 'integer', of: ({ fence }) => fence },
  { type: 'smallint', of: ({ state }) => state },
  { type: 'integer', of: ({ status }) => status },
  { type: 'text', of: ({ error }) => error },
  { type: 'timestamptz', of: ({ dueAt }) => dueAt },
];

/** Records outcomes; one whose delivery was claimed or asked for again since changes nothing. */
export async function recordOutcomes(db: Queryable, outcomes: readonly Outcome[]): Promise<void> {
  await db.query(
    `UPDATE webhook_deliveries d
        SET state = o.state, last_status = o.status, last_error = o.error,
            failure_count = d.failure_count + (o.state <> 2)::integer,
            due_at = coalesce(o.due_at, d.due_at)
       FROM unnest($1::webhook_outcome_v1[]) o
      WHERE d.lane = o.lane AND d.hook_id = o.hook_id AND d.seq = o.seq AND d.fence = o.fence`,
    [rowArray('webhook_outcome_v1', outcomes, OUTCOME)],
  );
}

/** A delivery with the line that it tells. */
export interface DeliveryRow {
  seq: bigint;
  deliveryId: string;
  kind: string;
  payment: Buffer;
  state: number;
  attemptCount: number;
  lastStatus: number;
  lastError: string;
  createdAt: Date;
  attemptedAt: Date | null;
  dueAt: Date;
}

const DELIVERY = `
  d.seq, f.fact_id AS "deliveryId", f.kind, f.payment, d.state, d.attempt_count AS "attemptCount",
  d.last_status AS "lastStatus", d.last_error AS "lastError", d.created_at AS "createdAt",
  d.attempted_at AS "attemptedAt", d.due_at AS "dueAt"`;

/** A webhook's deliveries before a place in the feed, the newest first. */
export function deliveriesBefore(
  db: Queryable,
  hook: { lane: number; hookId: string; partnerId: string },
  filter: { before: bigint | undefined; limit: number; onlyUndelivered: boolean },
): Promise<DeliveryRow[]> {
  const { before = 2n ** 63n - 1n, limit, onlyUndelivered } = filter;
  return db.query(
    `SELECT ${DELIVERY} FROM webhook_deliveries d
       JOIN payment_feed f ON f.lane = d.lane AND f.partner_id = $3 AND f.seq = d.seq
      WHERE d.lane = $1 AND d.hook_id = $2 AND d.seq < $4 AND (NOT $5::boolean OR d.state <> 2)
      ORDER BY d.seq DESC LIMIT $6`,
    [hook.lane, hook.hookId, hook.partnerId, before, onlyUndelivered, limit],
  );
}

/**
 * Makes a delivery due now, with all its attempts before it. Undefined where this partner's
 * webhook of this name has no such delivery.
 */
export async function askAgain(
  db: Queryable,
  asked: { partnerId: string; webhookId: string; deliveryId: string; now: Date },
): Promise<DeliveryRow | undefined> {
  const { partnerId, webhookId, deliveryId, now } = asked;
  const [row] = await db.query<DeliveryRow>(
    `UPDATE webhook_deliveries d SET state = 1, fence = fence + 1, failure_count = 0, due_at = $5
       FROM payment_feed f, webhooks w
      WHERE f.lane = $1 AND f.fact_id = $4 AND f.partner_id = $2
        AND w.lane = $1 AND w.partner_id = $2 AND w.webhook_id = $3 AND w.ended_at IS NULL
        AND d.lane = $1 AND d.hook_id = w.hook_id AND d.seq = f.seq
     RETURNING ${DELIVERY}`,
    [laneOfPartner(partnerId), partnerId, webhookId, deliveryId, now],
  );
  return row;
}
