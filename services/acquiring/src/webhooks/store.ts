import type { Queryable, Tx } from '@causeway/db';
import { laneOfPartner } from '../feed/project.ts';
import { MAX_WEBHOOKS, type WebhookRow } from './webhook.ts';

/** A webhook as its partner wants it. */
export interface WantedWebhook {
  partnerId: string;
  webhookId: string;
  url: string;
  kinds: readonly string[];
  enabled: boolean;
}

/** What is sealed in a webhook's row. */
export interface SealedSecrets {
  lane: number;
  hookId: string;
  /** Sealed. */
  secret: string;
  /** Sealed; signs as well until `oldUntil`. */
  oldSecret: string | null;
  oldUntil: Date | null;
}

const WEBHOOK = `
  lane, hook_id AS "hookId", webhook_id AS "webhookId", url, kinds, enabled,
  created_at AS "createdAt",
  (SELECT count(*) FROM webhook_deliveries d
    WHERE d.lane = webhooks.lane AND d.hook_id = webhooks.hook_id AND d.state = 1
  ) AS "waitingCount"`;

/**
 * Adds a webhook that begins after the feed's last line. Undefined where the name is taken, or
 * where the partner has as many as it may.
 */
export async function insertWebhook(
  db: Queryable,
  wanted: WantedWebhook,
  { hookId, secret, now }: { hookId: string; secret: string; now: Date },
): Promise<WebhookRow | undefined> {
  const { partnerId, webhookId, url, kinds, enabled } = wanted;
  const lane = laneOfPartner(partnerId);
  const [row] = await db.query<WebhookRow>(
    `INSERT INTO webhooks (lane, hook_id, partner_id, webhook_id, url, kinds, enabled, secret,
                           created_at, cursor_seq)
     SELECT $1, $2, $3::text, $4, $5, $6::text[], $7, $8, $9,
            coalesce((SELECT latest_seq FROM feed_heads WHERE lane = $1 AND partner_id = $3), 0)
      WHERE (SELECT count(*) FROM webhooks
              WHERE lane = $1 AND partner_id = $3 AND ended_at IS NULL) < $10
     ON CONFLICT (lane, partner_id, webhook_id) WHERE ended_at IS NULL DO NOTHING
     RETURNING ${WEBHOOK}`,
    [lane, hookId, partnerId, webhookId, url, kinds, enabled, secret, now, MAX_WEBHOOKS],
  );
  return row;
}

/** Changes a webhook; undefined where there is none of this name. */
export async function updateWebhook(
  db: Queryable,
  { partnerId, webhookId, url, kinds, enabled }: WantedWebhook,
): Promise<WebhookRow | undefined> {
  const [row] = await db.query<WebhookRow>(
    `UPDATE webhooks SET url = $4, kinds = $5::text[], enabled = $6
      WHERE lane = $1 AND partner_id = $2 AND webhook_id = $3 AND ended_at IS NULL
     RETURNING ${WEBHOOK}`,
    [laneOfPartner(partnerId), partnerId, webhookId, url, kinds, enabled],
  );
  return row;
}

/** A partner's webhooks in the order of their names, or only the one of this name. */
export function webhooksOf(
  db: Queryable,
  partnerId: string,
  webhookId?: string,
): Promise<WebhookRow[]> {
  return db.query(
    `SELECT ${WEBHOOK} FROM webhooks
      WHERE lane = $1 AND partner_id = $2 AND ended_at IS NULL
        AND ($3::text IS NULL OR webhook_id = $3)
      ORDER BY webhook_id`,
    [laneOfPartner(partnerId), partnerId, webhookId ?? null],
  );
}

/** Ends a webhook: nothing is sent any more. Answers whether there was one. */
export async function endWebhook(
  db: Queryable,
  partnerId: string,
  webhookId: string,
  now: Date,
): Promise<boolean> {
  const rows = await db.query(
    `UPDATE webhooks SET ended_at = $4
      WHERE lane = $1 AND partner_id = $2 AND webhook_id = $3 AND ended_at IS NULL RETURNING 1`,
    [laneOfPartner(partnerId), partnerId, webhookId, now],
  );
  return rows.length > 0;
}

/** Takes a webhook's secrets and keeps others from changing them until the commit. */
export async function lockSecrets(
  tx: Tx,
  partnerId: string,
  webhookId: string,
): Promise<SealedSecrets | undefined> {
  const [row] = await tx.query<SealedSecrets>(
    `SELECT lane, hook_id AS "hookId", secret, old_secret AS "oldSecret", old_until AS "oldUntil"
       FROM webhooks
      WHERE lane = $1 AND partner_id = $2 AND webhook_id = $3 AND ended_at IS NULL FOR UPDATE`,
    [laneOfPartner(partnerId), partnerId, webhookId],
  );
  return row;
}

/** Writes a webhook's secrets. */
export async function updateSecrets(tx: Tx, secrets: SealedSecrets): Promise<void> {
  const { lane, hookId, secret, oldSecret, oldUntil } = secrets;
  await tx.query(
    `UPDATE webhooks SET secret = $3, old_secret = $4, old_until = $5
      WHERE lane = $1 AND hook_id = $2`,
    [lane, hookId, secret, oldSecret, oldUntil],
  );
}

/** Stops sending, as the target itself asked for. */
export async function disableWebhook(db: Queryable, lane: number, hookId: string): Promise<void> {
  await db.query('UPDATE webhooks SET enabled = false WHERE lane = $1 AND hook_id = $2', [
    lane,
    hookId,
  ]);
}

const SWEEP = `
  WITH ended AS MATERIALIZED (
    SELECT lane, hook_id FROM webhooks WHERE ended_at IS NOT NULL
     ORDER BY lane, hook_id LIMIT 1 FOR UPDATE SKIP LOCKED
  ),
  page AS MATERIALIZED (
    SELECT d.lane, d.hook_id, d.seq
      FROM ended JOIN webhook_deliveries d USING (lane, hook_id) LIMIT $1
  )
  DELETE FROM webhook_deliveries d USING page
   WHERE d.lane = page.lane AND d.hook_id = page.hook_id AND d.seq = page.seq`;

const SWEEP_EMPTY = `
  DELETE FROM webhooks w
   WHERE ended_at IS NOT NULL
     AND NOT EXISTS (SELECT FROM webhook_deliveries d
                      WHERE d.lane = w.lane AND d.hook_id = w.hook_id)`;

/** Deletes ended webhooks that have no deliveries left, and at most so many of another one's. */
export async function sweepEnded(db: Queryable, limit: number): Promise<void> {
  await db.query(SWEEP_EMPTY, []);
  await db.query(SWEEP, [limit]);
}
