import { WebhookServiceService } from '@causeway/proto/acquiring';
import { type Implementation, implement } from '@causeway/rpc';
import type { Partners } from '../rpc.ts';
import { deleteWebhook } from './delete-webhook.ts';
import { listDeliveries } from './list-deliveries.ts';
import { putWebhook } from './put-webhook.ts';
import { redeliverWebhook } from './redeliver.ts';
import { rotateWebhookSecret } from './rotate-secret.ts';
import { webhooksOf } from './store.ts';
import { toWebhook, type Webhooks } from './webhook.ts';

/**
 * WebhookService, each method led to its operation.
 *
 * @param asked does a partner's work on this service's own tables, within the partner's limits
 */
export function webhookService(webhooks: Webhooks, asked: Partners['asked']): Implementation {
  return implement(WebhookServiceService, {
    putWebhook: async ({ webhook }, call) =>
      asked(call, (partnerId) => putWebhook(webhooks, partnerId, webhook)),
    deleteWebhook: async ({ webhookId }, call) => {
      await asked(call, (partnerId) => deleteWebhook(webhooks, partnerId, webhookId));
      return {};
    },
    listWebhooks: async (request, call) => ({
      webhooks: await asked(
        call,
        async (partnerId) => (await webhooksOf(webhooks.db, partnerId)).map(toWebhook),
        request.partnerId,
      ),
    }),
    rotateWebhookSecret: async (request, call) =>
      asked(call, (partnerId) => rotateWebhookSecret(webhooks, partnerId, request)),
    listDeliveries: async (request, call) =>
      asked(call, (partnerId) => listDeliveries(webhooks, partnerId, request), request.partnerId),
    redeliverWebhook: async (request, call) => ({
      delivery: await asked(
        call,
        (partnerId) => redeliverWebhook(webhooks, partnerId, request),
        request.partnerId,
      ),
    }),
  });
}
