import { DeclineReason, type Payment, PaymentState } from '@causeway/proto/common';
import { StatementEntryKind } from '@causeway/proto/wallet';
import { expect, test } from 'vitest';
import {
  charge,
  chargeOf,
  minor,
  openPayer,
  openShop,
  openWorld,
  pay,
  positionBecomes,
  readByRequest,
  readPayment,
  reasonOf,
  refund,
  type Shop,
} from './support/index.ts';

const world = openWorld();
const OPENING = 5_000_00n;
const NOTHING = { captured: 0n, refunded: 0n, net: 0n };

async function scene() {
  const [shop, payer] = await Promise.all([
    openShop(world),
    openPayer(world, { balanceMinor: OPENING }),
  ]);
  return { shop, payer };
}

async function cancel(shop: Shop, paymentRequestId: string): Promise<Payment | undefined> {
  return (await shop.partner.payments.cancelPayment({ paymentRequestId })).payment;
}

test.concurrent('a cancel after success gives everything back, and takes it out of the books', async () => {
  const { shop, payer } = await scene();
  const payment = await pay(world, payer, shop, 4_000n);
  const cancelled = await cancel(shop, payment.paymentRequestId);
  expect(cancelled).toMatchObject({
    paymentId: payment.paymentId,
    state: PaymentState.CANCELLED,
    cancelling: false,
    // Its cancel is settled with what it undoes.
    acquirerClearingDate: payment.acquirerClearingDate,
    issuerClearingDate: payment.issuerClearingDate,
  });
  expect(cancelled?.version).toBeGreaterThan(payment.version);
  expect(await payer.balance()).toBe(OPENING);
  const [back, out] = await payer.statement();
  expect(back).toMatchObject({ kind: StatementEntryKind.CANCEL, paymentId: payment.paymentId });
  expect(minor(back?.amount)).toBe(-minor(out?.amount));
  expect(await positionBecomes(shop.partner, 'JPY', NOTHING)).toEqual(NOTHING);
});

test.concurrent('a cancel may be repeated, also by many at once', async () => {
  const { shop, payer } = await scene();
  const payment = await pay(world, payer, shop, 4_000n);
  const { paymentRequestId } = payment;
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => cancel(shop, paymentRequestId)),
  );
  const last = await cancel(shop, paymentRequestId);
  expect(last?.state).toBe(PaymentState.CANCELLED);
  for (const answer of answers) expect(answer).toEqual(last);
  expect(await payer.balance()).toBe(OPENING);
});

test.concurrent('after its cancel the payment is answered as cancelled, and takes nothing', async () => {
  const { shop, payer } = await scene();
  const request = chargeOf(world, shop, await payer.code(), 4_000n);
  await charge(shop, request);
  const cancelled = await cancel(shop, request.paymentRequestId);
  const again = await shop.partner.payments.createPayment(request);
  expect(again).toEqual({ payment: cancelled, replay: true });
  expect(await payer.balance()).toBe(OPENING);
});

test.concurrent('a cancel that comes first blocks its payment for ever, and leaves the code good', async () => {
  const { shop, payer } = await scene();
  const code = await payer.code();
  const request = chargeOf(world, shop, code, 4_000n);
  const first = await cancel(shop, request.paymentRequestId);
  expect(first).toMatchObject({ state: PaymentState.CANCELLED, payeeAmount: undefined });
  const late = await charge(shop, request);
  expect(late).toMatchObject({ paymentId: first?.paymentId, state: PaymentState.CANCELLED });
  expect(await cancel(shop, request.paymentRequestId)).toEqual(first);
  expect(await readByRequest(shop, request.paymentRequestId)).toEqual(first);
  expect(await payer.balance()).toBe(OPENING);
  expect((await charge(shop, chargeOf(world, shop, code, 100n))).state).toBe(
    PaymentState.SUCCEEDED,
  );
});

test.concurrent('a payment racing its cancel ends as cancelled for everyone, and takes nothing', async () => {
  const { shop, payer } = await scene();
  const races = await Promise.all(
    Array.from({ length: 15 }, async () => chargeOf(world, shop, await payer.code(), 100n)),
  );
  await Promise.all(
    races.map(async (request) => {
      const paying = shop.partner.payments.createPayment(request);
      await Promise.all([paying, cancel(shop, request.paymentRequestId)]);
    }),
  );
  for (const { paymentRequestId } of races) {
    expect((await readByRequest(shop, paymentRequestId)).state).toBe(PaymentState.CANCELLED);
  }
  expect(await payer.balance()).toBe(OPENING);
  expect(await positionBecomes(shop.partner, 'JPY', NOTHING)).toEqual(NOTHING);
});

test.concurrent('what was declined cannot be cancelled', async () => {
  const { shop, payer } = await scene();
  const declined = await pay(world, payer, shop, 400_000n);
  expect(declined.declineReason).toBe(DeclineReason.LIMIT_SINGLE);
  const reason = await reasonOf(cancel(shop, declined.paymentRequestId));
  expect(reason).toBe('PAYMENT_DECLINED');
  expect(await readPayment(shop, declined.paymentId)).toEqual(declined);
});

test.concurrent('after a refund a cancel is refused, and after a cancel a refund', async () => {
  const { shop, payer } = await scene();
  const refunded = await pay(world, payer, shop, 4_000n);
  await refund(world, shop, refunded, 1n);
  expect(await reasonOf(cancel(shop, refunded.paymentRequestId))).toBe('PAYMENT_REFUNDED');
  const cancelled = await pay(world, payer, shop, 3_000n);
  await cancel(shop, cancelled.paymentRequestId);
  expect(await reasonOf(refund(world, shop, cancelled, 1n))).toBe('PAYMENT_NOT_SUCCEEDED');
});

test.concurrent('of a cancel and a refund that race exactly one wins', async () => {
  const { shop, payer } = await scene();
  const payments = await Promise.all(
    Array.from({ length: 8 }, () => pay(world, payer, shop, 1_000n)),
  );
  await Promise.all(
    payments.map(async (payment) => {
      const outcomes = await Promise.all([
        reasonOf(refund(world, shop, payment, 400n)),
        reasonOf(cancel(shop, payment.paymentRequestId)),
      ]);
      const won = outcomes.indexOf('accepted');
      const winner = ['refund', 'cancel'][won];
      expect(outcomes).toEqual(
        winner === 'refund'
          ? ['accepted', 'PAYMENT_REFUNDED']
          : ['PAYMENT_NOT_SUCCEEDED', 'accepted'],
      );
      const { state, refundedPayeeAmount } = await readPayment(shop, payment.paymentId);
      expect(state).toBe(winner === 'refund' ? PaymentState.SUCCEEDED : PaymentState.CANCELLED);
      expect(minor(refundedPayeeAmount)).toBe(winner === 'refund' ? 400n : 0n);
    }),
  );
});

test.concurrent('a cancel gives back the allowance of its day', async () => {
  const shop = await openShop(world, { countryCode: 'HK', currencyCode: 'HKD' });
  const payer = await openPayer(world, { tier: 'unverified', balanceMinor: 3_000_00n });
  const first = await pay(world, payer, shop, 2_000_00n);
  await cancel(shop, first.paymentRequestId);
  const second = await pay(world, payer, shop, 2_000_00n);
  expect(second.state).toBe(PaymentState.SUCCEEDED);
  const { wallet } = await payer.app.wallets.getWallet({ walletId: payer.walletId });
  expect(wallet?.allowance?.dayLeftMinor).toBe(1_000_00n);
});
