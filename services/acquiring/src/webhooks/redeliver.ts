import type { Delivery, RedeliverWebhookRequest } from '@causeway/proto/acquiring';
import { isUuid, Refusal } from '@causeway/runtime';
import { askAgain } from './delivery-store.ts';
import { toDelivery } from './list-deliveries.ts';
import type { Webhooks } from './webhook.ts';

/** Makes a delivery due at once, whatever became of it before. Throws DELIVERY_UNKNOWN. */
export async function redeliverWebhook(
  { db, runtime }: Webhooks,
  partnerId: string,
  { webhookId, deliveryId }: RedeliverWebhookRequest,
): Promise<Delivery> {
  const asked = { partnerId, webhookId, deliveryId, now: runtime.clock.now() };
  const row = isUuid(deliveryId) ? await askAgain(db, asked) : undefined;
  if (row !== undefined) return toDelivery(row);
  throw new Refusal('DELIVERY_UNKNOWN', 'this webhook has no such delivery');
}
