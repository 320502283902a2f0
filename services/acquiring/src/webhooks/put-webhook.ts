import type { PutWebhookResponse, Webhook } from '@causeway/proto/acquiring';
import { Refusal } from '@causeway/runtime';
import { KINDS } from '../feed/project.ts';
import { Fields } from '../fields.ts';
import { seal } from './sealing.ts';
import { newSecret, shownSecret } from './sign.ts';
import { insertWebhook, updateWebhook } from './store.ts';
import { checkTarget, problemWithUrl, type TargetPolicy } from './target.ts';
import { MAX_WEBHOOKS, toWebhook, type Webhooks } from './webhook.ts';

/**
 * Adds or changes a webhook. A new one tells what happens from now on, and only the answer that
 * made it holds its secret. Throws FIELD_INVALID, TARGET_FORBIDDEN, TOO_MANY_WEBHOOKS.
 */
export async function putWebhook(
  { db, runtime, keys, policy }: Webhooks,
  partnerId: string,
  webhook: Webhook | undefined,
): Promise<PutWebhookResponse> {
  checkWebhook(webhook, policy);
  await checkTarget(webhook.url, policy);
  const { webhookId, url, kinds, enabled } = webhook;
  const wanted = { partnerId, webhookId, url, kinds, enabled };
  const changed = await updateWebhook(db, wanted);
  if (changed !== undefined) return { webhook: toWebhook(changed), secret: '' };

  const hookId = runtime.random.uuid();
  const fresh = newSecret(runtime.random);
  const secret = seal(keys, hookId, fresh, runtime.random);
  const made = await insertWebhook(db, wanted, { hookId, secret, now: runtime.clock.now() });
  if (made !== undefined) return { webhook: toWebhook(made), secret: shownSecret(fresh) };
  // Somebody else made it meanwhile, or there are too many.
  const theirs = await updateWebhook(db, wanted);
  if (theirs !== undefined) return { webhook: toWebhook(theirs), secret: '' };
  throw new Refusal('TOO_MANY_WEBHOOKS', `a partner may have ${MAX_WEBHOOKS} webhooks`);
}

function checkWebhook(
  webhook: Webhook | undefined,
  policy: TargetPolicy,
): asserts webhook is Webhook {
  const fields = new Fields();
  if (webhook === undefined) {
    fields.wrong('webhook', 'is required');
    fields.refuse();
    return;
  }
  const { webhookId, url, kinds } = webhook;
  const form = 'must be 1 to 32 characters of a-z, 0-9 and "-"';
  fields.matches('webhook.webhook_id', webhookId, /^[a-z0-9-]{1,32}$/, form);
  const problem = problemWithUrl(url, policy);
  if (problem !== undefined) fields.wrong('webhook.url', problem);
  const known = new Set(KINDS);
  if (new Set(kinds).size < kinds.length || !kinds.every((kind) => known.has(kind))) {
    fields.wrong('webhook.kinds', `must be different ones of ${KINDS.join(', ')}`);
  }
  fields.refuse();
}
