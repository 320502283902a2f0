import { DeliveryState } from '@causeway/proto/acquiring';
import { beforeAll, expect, test } from 'vitest';
import {
  type Mailbox,
  type Message,
  openMailbox,
  openOrder,
  openPayer,
  openShop,
  openWorld,
  type Payer,
  pay,
  refund,
  type Shop,
  scanAndPay,
  until,
} from './support/index.ts';

const world = openWorld();
const AMOUNT_MINOR = 1_280n;

let shop: Shop;
let payer: Payer;
let mailbox: Mailbox;
beforeAll(async () => {
  [shop, payer] = await Promise.all([openShop(world), openPayer(world)]);
  mailbox = openMailbox(world);
  const { secret } = await shop.partner.webhooks.putWebhook({ webhook: webhookTo(mailbox.url) });
  await mailbox.expectSecret(secret);
});

const webhookTo = (url: string, webhookId = 'till') => ({
  ...{ webhookId, url, kinds: [], enabled: true },
  ...{ createTime: undefined, waitingCount: 0n },
});

interface Told {
  type: string;
  data: { payment: { payment_id: string; state: string }; refund: { state: string } | null };
}
const toldBy = ({ body }: Message): Told => JSON.parse(body);
const isAbout = (paymentId: string, type: string) => (message: Message) =>
  toldBy(message).type === type && toldBy(message).data.payment.payment_id === paymentId;

test('what becomes of a payment and its refund is delivered, signed', async () => {
  const paid = await pay(world, payer, shop, AMOUNT_MINOR);
  await refund(world, shop, paid, 500n);
  const wanted = ['payment.succeeded', 'refund.succeeded'];
  const messages = await mailbox.messages((all) =>
    wanted.every((type) => all.some(isAbout(paid.paymentId, type))),
  );
  for (const type of wanted) {
    const message = messages.find(isAbout(paid.paymentId, type));
    expect(message).toMatchObject({ status: 200, problem: '' });
  }
  const refunded = messages.find(isAbout(paid.paymentId, 'refund.succeeded'));
  expect(refunded && toldBy(refunded).data).toMatchObject({
    payment: { state: 'SUCCEEDED' },
    refund: { state: 'SUCCEEDED' },
  });
});

test('a paid order is told like every other payment', async () => {
  const order = await openOrder(world, shop, AMOUNT_MINOR);
  const paid = await scanAndPay(payer, order.link);
  const isTold = isAbout(paid.paymentId, 'payment.succeeded');
  const messages = await mailbox.messages((all) => all.some(isTold));
  expect(messages.filter(isTold)).toHaveLength(1);
});

test('what was answered with an error comes again under the same id, and may be asked for once more', async () => {
  const failing = openMailbox(world);
  const { secret } = await shop.partner.webhooks.putWebhook({
    webhook: webhookTo(failing.url, 'failing'),
  });
  await failing.expectSecret(secret, 1);
  const { paymentId } = await pay(world, payer, shop, AMOUNT_MINOR);
  const isTold = isAbout(paymentId, 'payment.succeeded');
  const tries = await failing.messages((all) =>
    all.filter(isTold).some(({ status }) => status === 200),
  );
  const mine = tries.filter(isTold);
  expect(new Set(mine.map(({ id }) => id)).size).toBe(1);
  expect(mine.at(-1)).toMatchObject({ status: 200, problem: '' });

  const deliveryId = mine[0]?.id ?? '';
  const delivery = await until(
    async () => {
      const { deliveries } = await shop.partner.webhooks.listDeliveries({
        ...{ webhookId: 'failing', pageSize: 0, pageToken: '', onlyUndelivered: false },
      });
      return deliveries.find((each) => each.deliveryId === deliveryId);
    },
    (each) => each?.state === DeliveryState.DELIVERED,
  );
  expect(delivery).toMatchObject({ paymentId, lastStatus: 200 });
  await shop.partner.webhooks.redeliverWebhook({ webhookId: 'failing', deliveryId });
  const again = await failing.messages((all) => all.filter(isTold).length > mine.length);
  expect(again.filter(isTold)).toHaveLength(mine.length + 1);
  await shop.partner.webhooks.deleteWebhook({ webhookId: 'failing' });
});

test('a rotated secret overlaps with the old one', async () => {
  const rotating = openMailbox(world);
  const { webhooks } = shop.partner;
  const { secret } = await webhooks.putWebhook({ webhook: webhookTo(rotating.url, 'rotating') });
  await rotating.expectSecret(secret);
  const rotated = await webhooks.rotateWebhookSecret({
    webhookId: 'rotating',
    overlapSeconds: 600,
  });
  const first = await pay(world, payer, shop, AMOUNT_MINOR);
  const byOld = await rotating.messages((all) =>
    all.some(isAbout(first.paymentId, 'payment.succeeded')),
  );
  expect(byOld.map(({ problem }) => problem)).toEqual(byOld.map(() => ''));
  await rotating.expectSecret(rotated.secret);
  const second = await pay(world, payer, shop, AMOUNT_MINOR);
  const byNew = await rotating.messages((all) =>
    all.some(isAbout(second.paymentId, 'payment.succeeded')),
  );
  expect(byNew.map(({ problem }) => problem)).toEqual(byNew.map(() => ''));
  await webhooks.deleteWebhook({ webhookId: 'rotating' });
});
