import { refundedPayerSoFar } from '@causeway/money';
import { type Payment, PaymentState, RefundState } from '@causeway/proto/common';
import { StatementEntryKind } from '@causeway/proto/wallet';
import { expect, test } from 'vitest';
import {
  minor,
  openPayer,
  openShop,
  openWorld,
  type Payer,
  pay,
  positionBecomes,
  readPayment,
  reasonOf,
  refund,
  type Shop,
} from './support/index.ts';

const world = openWorld({ timeoutMs: 25_000 });
const OPENING = 5_000_00n;

async function scene(amountMinor: bigint) {
  const [shop, payer] = await Promise.all([
    openShop(world),
    openPayer(world, { balanceMinor: OPENING }),
  ]);
  return { shop, payer, payment: await pay(world, payer, shop, amountMinor) };
}

/** What the payer must have back once this much of the payee's amount is refunded. */
function payerSoFar({ payerAmount, payeeAmount }: Payment, payeeRefundedSoFar: bigint): bigint {
  return refundedPayerSoFar({
    payerCaptured: minor(payerAmount),
    payeeCaptured: minor(payeeAmount),
    payeeRefundedSoFar,
  });
}

async function refundsOf(shop: Shop, { paymentId }: Payment) {
  const request = { paymentId, pageSize: 0, pageToken: '' };
  return (await shop.partner.payments.listRefunds(request)).refunds;
}

async function expectRefunded(shop: Shop, payer: Payer, payment: Payment, payeeMinor: bigint) {
  const now = await readPayment(shop, payment.paymentId);
  expect(now.state).toBe(PaymentState.SUCCEEDED);
  expect(minor(now.refundedPayeeAmount)).toBe(payeeMinor);
  const back = payerSoFar(payment, payeeMinor);
  expect(minor(now.refundedPayerAmount)).toBe(back);
  expect(await payer.balance()).toBe(OPENING - minor(payment.payerAmount) + back);
  const captured = minor(payment.payeeAmount);
  const expected = { captured, refunded: payeeMinor, net: captured - payeeMinor };
  expect(await positionBecomes(shop.partner, 'JPY', expected)).toEqual(expected);
}

test.concurrent('two partial refunds close a payment exactly on both sides', async () => {
  const { shop, payer, payment } = await scene(1_283n);
  const first = await refund(world, shop, payment, 641n);
  expect(first).toMatchObject({ state: RefundState.SUCCEEDED, paymentId: payment.paymentId });
  expect(minor(first.payerAmount)).toBe(payerSoFar(payment, 641n));
  const second = await refund(world, shop, payment, 642n);
  expect(minor(first.payerAmount) + minor(second.payerAmount)).toBe(minor(payment.payerAmount));
  await expectRefunded(shop, payer, payment, 1_283n);
  expect(await reasonOf(refund(world, shop, payment, 1n))).toBe('REFUND_EXCEEDS_PAYMENT');
  expect(await refundsOf(shop, payment)).toEqual([first, second]);
  const { paymentId } = payment;
  const { refundRequestId } = first;
  expect(await shop.partner.payments.getRefund({ paymentId, refundRequestId })).toEqual({
    refund: first,
  });
  const lines = (await payer.statement()).filter((line) => line.kind === StatementEntryKind.REFUND);
  expect(lines.map((line) => minor(line.amount))).toEqual([
    minor(second.payerAmount),
    minor(first.payerAmount),
  ]);
});

test.concurrent('parts too small for a cent are made up for by later ones', async () => {
  const shop = await openShop(world, { countryCode: 'KR', currencyCode: 'KRW' });
  const payer = await openPayer(world, { balanceMinor: OPENING });
  const payment = await pay(world, payer, shop, 10n);
  let back = 0n;
  for (let n = 1n; n <= 10n; n += 1n) {
    back += minor((await refund(world, shop, payment, 1n)).payerAmount);
    expect(back).toBe(payerSoFar(payment, n));
  }
  expect(back).toBe(minor(payment.payerAmount));
  expect(await payer.balance()).toBe(OPENING);
});

test.concurrent('twenty concurrent refunds never pass what was captured', async () => {
  const { shop, payer, payment } = await scene(1_000n);
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, () => reasonOf(refund(world, shop, payment, 90n))),
  );
  expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(11);
  expect(outcomes.filter((outcome) => outcome === 'REFUND_EXCEEDS_PAYMENT')).toHaveLength(9);
  await expectRefunded(shop, payer, payment, 990n);
  await refund(world, shop, payment, 10n);
  await expectRefunded(shop, payer, payment, 1_000n);
});

test.concurrent('the same refund again is the same refund, also from many at once', async () => {
  const { shop, payer, payment } = await scene(1_000n);
  const request = {
    paymentId: payment.paymentId,
    refundRequestId: world.id('refund'),
    payeeAmount: { currencyCode: 'JPY', amountMinor: 300n },
    reason: 'wrong size',
  };
  const send = () => shop.partner.payments.createRefund(request);
  const answers = await Promise.all(Array.from({ length: 10 }, send));
  expect(answers.filter(({ replay }) => !replay)).toHaveLength(1);
  expect(new Set(answers.map((answer) => answer.refund?.refundId)).size).toBe(1);
  const last = await send();
  expect(last).toMatchObject({ replay: true, refund: { state: RefundState.SUCCEEDED } });
  await expectRefunded(shop, payer, payment, 300n);

  const other = { ...request, payeeAmount: { currencyCode: 'JPY', amountMinor: 301n } };
  const reason = await reasonOf(shop.partner.payments.createRefund(other));
  expect(reason).toBe('IDEMPOTENCY_KEY_REUSED');
  await expectRefunded(shop, payer, payment, 300n);
});

test.concurrent('refund ids belong to their payment', async () => {
  const { shop, payer, payment } = await scene(1_000n);
  const second = await pay(world, payer, shop, 500n);
  const request = {
    refundRequestId: 'same',
    payeeAmount: { currencyCode: 'JPY', amountMinor: 200n },
    reason: '',
  };
  const answers = await Promise.all(
    [payment, second].map(({ paymentId }) =>
      shop.partner.payments.createRefund({ ...request, paymentId }),
    ),
  );
  const [one, two] = answers.map((answer) => answer.refund?.refundId);
  expect(one).not.toBe(two);
});

test.concurrent('a refund in another currency, or of nobody, is refused', async () => {
  const { shop, payer, payment } = await scene(1_000n);
  const { paymentId } = payment;
  const request = {
    paymentId,
    refundRequestId: world.id('refund'),
    payeeAmount: { currencyCode: 'HKD', amountMinor: 100n },
    reason: '',
  };
  const { payments } = shop.partner;
  expect(await reasonOf(payments.createRefund(request))).toBe('CURRENCY_MISMATCH');
  const unknown = { ...request, paymentId: payer.walletId };
  expect(await reasonOf(payments.createRefund(unknown))).toBe('PAYMENT_UNKNOWN');
  const { refundRequestId } = request;
  expect(await reasonOf(payments.getRefund({ paymentId, refundRequestId }))).toBe('REFUND_UNKNOWN');
  const declined = await pay(world, payer, shop, 900_000n);
  expect(declined.state).toBe(PaymentState.DECLINED);
  expect(await reasonOf(refund(world, shop, declined, 1n))).toBe('PAYMENT_NOT_SUCCEEDED');
});

test.concurrent('a refund ignores the balance limit and reaches a frozen wallet frozen', async () => {
  const shop = await openShop(world);
  const payer = await openPayer(world, { tier: 'unverified', balanceMinor: 3_000_00n });
  const payment = await pay(world, payer, shop, 10_000n);
  await payer.topUp(minor(payment.payerAmount));
  await world.issuer.wallets.freezeWallet({ walletId: payer.walletId });
  const made = await refund(world, shop, payment, 10_000n);
  expect(made.state).toBe(RefundState.SUCCEEDED);
  expect(await payer.balance()).toBe(3_000_00n + minor(payment.payerAmount));
});

test.concurrent('a refund to a closed wallet succeeds, and waits unclaimed', async () => {
  const { shop, payer, payment } = await scene(1_000n);
  const { walletId } = payer;
  const amount = { currencyCode: 'HKD', amountMinor: await payer.balance() };
  await world.issuer.wallets.withdraw({ walletId, requestId: 'all', amount });
  await world.issuer.wallets.closeWallet({ walletId });
  expect((await refund(world, shop, payment, 1_000n)).state).toBe(RefundState.SUCCEEDED);
  expect(await payer.balance()).toBe(0n);
});

test.concurrent('refunds are paged, oldest first', async () => {
  const { shop, payment } = await scene(1_000n);
  const made: string[] = [];
  for (let n = 0; n < 5; n += 1) made.push((await refund(world, shop, payment, 10n)).refundId);
  const { paymentId } = payment;
  const listed: string[] = [];
  let pageToken = '';
  do {
    const page = await shop.partner.payments.listRefunds({ paymentId, pageSize: 2, pageToken });
    listed.push(...page.refunds.map(({ refundId }) => refundId));
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  expect(listed).toEqual(made);
});
