import { endWebhook } from './store.ts';
import { type Webhooks, webhookUnknown } from './webhook.ts';

/** Ends a webhook; its deliveries are swept afterwards. Throws WEBHOOK_UNKNOWN. */
export async function deleteWebhook(
  { db, runtime }: Webhooks,
  partnerId: string,
  webhookId: string,
): Promise<void> {
  const ended = await endWebhook(db, partnerId, webhookId, runtime.clock.now());
  if (!ended) throw webhookUnknown(webhookId);
}
