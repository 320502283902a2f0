import { WEBHOOK_RECEIVER } from '@causeway/sandbox';
import { type Shop, until, type World } from '../../../support/index.ts';

/** How long a message may take that has to be sent again. */
const PATIENCE_MS = 60_000;

/** Has an acquirer told of its payments by webhook. Answers who can tell what it was told. */
export async function openMailbox(world: World, shop: Shop): Promise<Mailbox> {
  const address = world.stack.endpoints[WEBHOOK_RECEIVER];
  const url = `http://${address}/mailboxes/${world.id('mailbox')}`;
  const webhook = { webhookId: 'crash', url, kinds: ['payment.succeeded'], enabled: true };
  const { secret } = await shop.partner.webhooks.putWebhook({
    webhook: { ...webhook, createTime: undefined, waitingCount: 0n },
  });
  await fetch(url, { method: 'PUT', body: JSON.stringify({ secret, failures: 0 }) });
  return {
    tells: (paymentIds) =>
      until(() => missing(url, paymentIds), isNone, { patienceMs: PATIENCE_MS }),
  };
}

/** What an acquirer was told by webhook. */
export interface Mailbox {
  /** Waits until it was told of all these payments that they succeeded; answers those it was not. */
  tells(paymentIds: readonly string[]): Promise<string[]>;
}

const isNone = (ids: string[]) => ids.length === 0;

async function missing(url: string, paymentIds: readonly string[]): Promise<string[]> {
  const { received } = (await (await fetch(url)).json()) as { received: Message[] };
  const told = new Set(
    received
      .filter(({ problem }) => problem === '')
      .map(({ body }) => JSON.parse(body).data.payment.payment_id),
  );
  return paymentIds.filter((id) => !told.has(id));
}

interface Message {
  problem: string;
  body: string;
}
