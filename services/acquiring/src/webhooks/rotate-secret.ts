import type {
  RotateWebhookSecretRequest,
  RotateWebhookSecretResponse,
} from '@causeway/proto/acquiring';
import { Refusal } from '@causeway/runtime';
import { Fields } from '../fields.ts';
import { seal } from './sealing.ts';
import { newSecret, shownSecret } from './sign.ts';
import { lockSecrets, updateSecrets } from './store.ts';
import { type Webhooks, webhookUnknown } from './webhook.ts';

const USUAL_OVERLAP_SECONDS = 86_400;
const MAX_OVERLAP_SECONDS = 604_800;

/**
 * Makes a new secret, beside which the present one signs until the overlap is over. While an
 * earlier overlap lasts only an overlap of 0 is taken: it is how a secret that leaked is ended at
 * once. Throws WEBHOOK_UNKNOWN, ROTATION_IN_PROGRESS, FIELD_INVALID.
 */
export async function rotateWebhookSecret(
  { db, runtime, keys }: Webhooks,
  partnerId: string,
  { webhookId, overlapSeconds = USUAL_OVERLAP_SECONDS }: RotateWebhookSecretRequest,
): Promise<RotateWebhookSecretResponse> {
  const fields = new Fields();
  fields.within('overlap_seconds', overlapSeconds, 0, MAX_OVERLAP_SECONDS);
  fields.refuse();
  const fresh = newSecret(runtime.random);
  const now = runtime.clock.now();
  const overlapUntilTime = new Date(now.getTime() + overlapSeconds * 1_000);
  await db.transaction(async (tx) => {
    const present = await lockSecrets(tx, partnerId, webhookId);
    if (present === undefined) throw webhookUnknown(webhookId);
    const { lane, hookId, oldUntil } = present;
    if (overlapSeconds > 0 && oldUntil !== null && oldUntil > now) {
      const until = oldUntil.toISOString();
      throw new Refusal('ROTATION_IN_PROGRESS', `two secrets sign until ${until}`);
    }
    const secret = seal(keys, hookId, fresh, runtime.random);
    const kept = overlapSeconds > 0;
    await updateSecrets(tx, {
      ...{ lane, hookId, secret },
      oldSecret: kept ? present.secret : null,
      oldUntil: kept ? overlapUntilTime : null,
    });
  });
  return { secret: shownSecret(fresh), overlapUntilTime };
}
