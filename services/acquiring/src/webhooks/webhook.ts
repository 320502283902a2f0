import type { Database } from '@causeway/db';
import type { Webhook } from '@causeway/proto/acquiring';
import { Refusal, type Runtime } from '@causeway/runtime';
import type { NamedKey } from '../keys.ts';
import type { TargetPolicy } from './target.ts';

/** What the operations on webhooks work with. */
export interface Webhooks {
  db: Database;
  runtime: Runtime;
  keys: readonly NamedKey[];
  policy: TargetPolicy;
}

/** A webhook as its partner may see it. */
export interface WebhookRow {
  /** The partner's lane. */
  lane: number;
  /** Ours, so that a name that is used again has none of its predecessor's deliveries. */
  hookId: string;
  webhookId: string;
  url: string;
  kinds: string[];
  enabled: boolean;
  createdAt: Date;
  waitingCount: bigint;
}

/** How many webhooks one partner may have: each may keep a number of connections busy. */
export const MAX_WEBHOOKS = 16;

/** A webhook as the API shows it. */
export function toWebhook(row: WebhookRow): Webhook {
  const { webhookId, url, kinds, enabled, createdAt: createTime, waitingCount } = row;
  return { webhookId, url, kinds, enabled, createTime, waitingCount };
}

/** The refusal of a name that this partner has no webhook under. */
export function webhookUnknown(webhookId: string): Refusal {
  return new Refusal('WEBHOOK_UNKNOWN', `there is no webhook ${JSON.stringify(webhookId)}`);
}
