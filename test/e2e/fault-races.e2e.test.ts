import { setTimeout as sleep } from 'node:timers/promises';
import { DeclineReason, type Payment, PaymentState } from '@causeway/proto/common';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import {
  charge,
  chargeOf,
  openPayer,
  openShop,
  openWorld,
  pay,
  readPayment,
  reasonOf,
  refund,
  type Shop,
} from './support/index.ts';

const world = openWorld({ timeoutMs: 3_000 });
const { processes } = world.stack;
const AMOUNT_MINOR = 2_000n;

let shop: Shop;
beforeAll(async () => {
  shop = await openShop(world);
});

const cancel = async (paymentRequestId: string): Promise<Payment | undefined> =>
  (await shop.partner.payments.cancelPayment({ paymentRequestId })).payment;

test('charges and cancels that race end as one, whichever comes first', async () => {
  const payer = await openPayer(world);
  const before = await payer.balance();
  const requests = await Promise.all(
    Array.from({ length: 16 }, async () => chargeOf(world, shop, await payer.code(), AMOUNT_MINOR)),
  );
  const answers = await Promise.all(
    requests.map(async (request, index) => {
      const charging = charge(shop, request);
      await sleep(index * 2);
      return [await cancel(request.paymentRequestId), await charging];
    }),
  );
  for (const [cancelled, charged] of answers) {
    expect(cancelled?.state).toBe(PaymentState.CANCELLED);
    expect([PaymentState.SUCCEEDED, PaymentState.CANCELLED]).toContain(charged?.state);
    const last = await readPayment(shop, cancelled?.paymentId ?? '');
    expect(last.state).toBe(PaymentState.CANCELLED);
  }
  expect(await payer.balance()).toBe(before);
});

test('of a refund and a cancel that race exactly one wins', async () => {
  const payer = await openPayer(world);
  const payments = await Promise.all(
    Array.from({ length: 12 }, () => pay(world, payer, shop, AMOUNT_MINOR)),
  );
  const before = await payer.balance();
  const outcomes = await Promise.all(
    payments.map(async (payment, index) => {
      const refundNow = () => reasonOf(refund(world, shop, payment, AMOUNT_MINOR));
      const early = index % 2 === 0 ? refundNow() : undefined;
      const cancelling = reasonOf(cancel(payment.paymentRequestId));
      return [await cancelling, await (early ?? refundNow())];
    }),
  );
  for (const outcome of outcomes) {
    expect([
      ['accepted', 'PAYMENT_NOT_SUCCEEDED'],
      ['PAYMENT_REFUNDED', 'accepted'],
    ]).toContainEqual(outcome);
  }
  // Either way the whole amount is back.
  const paid = payments.reduce(
    (sum, { payerAmount }) => sum + (payerAmount?.amountMinor ?? 0n),
    0n,
  );
  expect(await payer.balance()).toBe(before + paid);
});

test('clocks that are wrong by minutes let nothing expire early or late', async () => {
  const skews = { fx: 300_000, wallet: 300_000, routing: -300_000, acquiring: -300_000 };
  const services = Object.entries(skews);
  onTestFinished(async () => {
    await Promise.all(services.map(([service]) => processes.restart(service)));
  });
  await Promise.all(
    services.map(([service, skewMs]) =>
      processes.restart(service, { CAUSEWAY_CLOCK_SKEW_MS: String(skewMs) }),
    ),
  );
  const payer = await openPayer(world);
  const fresh = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
  expect((await charge(shop, fresh)).state).toBe(PaymentState.SUCCEEDED);
  const stale = chargeOf(world, shop, await payer.code(1), AMOUNT_MINOR);
  await sleep(1_200);
  expect((await charge(shop, stale)).declineReason).toBe(DeclineReason.CODE_EXPIRED);
  expect((await cancel(fresh.paymentRequestId))?.state).toBe(PaymentState.CANCELLED);
});
