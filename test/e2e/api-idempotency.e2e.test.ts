import type {
  CreatePaymentRequest,
  CreatePaymentResponse,
  CreatePaymentsRequest,
} from '@causeway/proto/acquiring';
import { DeclineReason, type Payment, PaymentState } from '@causeway/proto/common';
import { expect, test } from 'vitest';
import {
  charge,
  chargeOf,
  minor,
  openPayer,
  openShop,
  openWorld,
  type Payer,
  positionBecomes,
  readByRequest,
  readPayment,
  reasonOf,
  type Shop,
} from './support/index.ts';

const world = openWorld({ timeoutMs: 25_000 });
const OPENING = 1_000_00n;

async function scene(): Promise<{ shop: Shop; payer: Payer; request: CreatePaymentRequest }> {
  const [shop, payer] = await Promise.all([
    openShop(world),
    openPayer(world, { balanceMinor: OPENING }),
  ]);
  return { shop, payer, request: chargeOf(world, shop, await payer.code(), 1280n) };
}

/** That a payment was taken from the payer exactly once, by balance, statement and position. */
async function expectOneDebit(shop: Shop, payer: Payer, payment: Payment): Promise<void> {
  expect(await payer.balance()).toBe(OPENING - minor(payment.payerAmount));
  const lines = (await payer.statement()).filter(({ paymentId }) => paymentId !== '');
  expect(lines.map(({ paymentId }) => paymentId)).toEqual([payment.paymentId]);
  const expected = { captured: minor(payment.payeeAmount), refunded: 0n };
  expect(await positionBecomes(shop.partner, shop.currencyCode, expected)).toMatchObject(expected);
}

test.concurrent('the same request again is the same payment, and one debit', async () => {
  const { shop, payer, request } = await scene();
  const { payments } = shop.partner;
  const first = await payments.createPayment(request);
  const second = await payments.createPayment(request);
  const renamed = await payments.createPayment({ ...request, orderDescription: 'another text' });
  expect(first.replay).toBe(false);
  expect(second).toEqual({ payment: first.payment, replay: true });
  expect(renamed).toEqual(second);
  await expectOneDebit(shop, payer, first.payment as Payment);
});

test.concurrent('fifty concurrent calls with one key, alone and on a stream, have one effect', async () => {
  const { shop, payer, request } = await scene();
  const streamed = streamOf(shop, Array<CreatePaymentRequest>(15).fill(request));
  const alone = Promise.all(
    Array.from({ length: 35 }, () => shop.partner.payments.createPayment(request)),
  );
  const answers = [...(await alone), ...(await streamed)];
  expect(answers).toHaveLength(50);
  expect(new Set(answers.map(({ payment }) => payment?.paymentId)).size).toBe(1);
  expect(answers.filter(({ replay }) => !replay)).toHaveLength(1);
  const final = answers.filter(({ payment }) => payment?.state !== PaymentState.PENDING);
  const known = await readByRequest(shop, request.paymentRequestId);
  for (const { payment } of final) expect(payment).toEqual(known);
  expect(known.state).toBe(PaymentState.SUCCEEDED);
  await expectOneDebit(shop, payer, known);
});

test.concurrent('concurrent calls with one key and different amounts: one content wins', async () => {
  const { shop, payer, request } = await scene();
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const payeeAmount = { currencyCode: 'JPY', amountMinor: 1000n + BigInt(n) };
      const call = shop.partner.payments.createPayment({ ...request, payeeAmount });
      const reason = await reasonOf(call);
      return reason === 'accepted' ? minor((await call).payment?.payeeAmount) : reason;
    }),
  );
  const accepted = outcomes.filter((outcome) => typeof outcome === 'bigint');
  expect(accepted).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'IDEMPOTENCY_KEY_REUSED')).toHaveLength(19);
  const payment = await readByRequest(shop, request.paymentRequestId);
  expect(minor(payment.payeeAmount)).toBe(accepted[0]);
  await expectOneDebit(shop, payer, payment);
});

test.concurrent('the same key with other content is refused, and nothing is written', async () => {
  const { shop, payer, request } = await scene();
  const { payments, merchants } = shop.partner;
  const { merchantId } = shop;
  const payment = await charge(shop, request);
  const other = await payer.code();
  const { store } = await merchants.createStore({ merchantId, requestId: 's', displayName: 'S' });
  const { merchant } = await merchants.createMerchant({
    ...{ requestId: 'm', displayName: 'Another', countryCode: 'JP', city: 'Kyoto' },
    ...{ categoryCode: '5814', currencyCodes: ['JPY'] },
  });
  const changes: Partial<CreatePaymentRequest>[] = [
    { payeeAmount: { currencyCode: 'JPY', amountMinor: 1281n } },
    { payeeAmount: { currencyCode: 'KRW', amountMinor: 1280n } },
    { paymentCode: other },
    { merchantId: merchant?.merchantId ?? '' },
    { merchantId: payment.paymentId },
    { storeId: store?.storeId ?? '' },
  ];
  const reasons = await Promise.all(
    changes.map((change) => reasonOf(payments.createPayment({ ...request, ...change }))),
  );
  expect(reasons).toEqual(changes.map(() => 'IDEMPOTENCY_KEY_REUSED'));
  expect(await readPayment(shop, payment.paymentId)).toEqual(payment);
  await expectOneDebit(shop, payer, payment);
  const next = await charge(shop, chargeOf(world, shop, other, 100n));
  expect(next.state).toBe(PaymentState.SUCCEEDED);
});

test.concurrent('keys belong to their partner', async () => {
  const [mine, theirs] = await Promise.all([scene(), scene()]);
  const { paymentRequestId } = mine.request;
  const first = await charge(mine.shop, mine.request);
  const second = await charge(theirs.shop, { ...theirs.request, paymentRequestId });
  expect(second).toMatchObject({ paymentRequestId, state: PaymentState.SUCCEEDED });
  expect(second.paymentId).not.toBe(first.paymentId);
});

test.concurrent('a decline stays a decline after a top-up', async () => {
  const { shop, payer, request } = await scene();
  const tooMuch = { ...request, payeeAmount: { currencyCode: 'JPY', amountMinor: 50_000n } };
  const declined = await charge(shop, tooMuch);
  expect(declined).toMatchObject({
    state: PaymentState.DECLINED,
    declineReason: DeclineReason.INSUFFICIENT_FUNDS,
  });
  await payer.topUp(50_000_00n);
  const again = await shop.partner.payments.createPayment(tooMuch);
  expect(again).toEqual({ payment: declined, replay: true });
  expect(await payer.balance()).toBe(OPENING + 50_000_00n);
});

test.concurrent('an earlier payment is answered before anything is judged again', async () => {
  const { shop, payer, request } = await scene();
  const payment = await charge(shop, request);
  const { merchantId } = shop;
  await shop.partner.merchants.setMerchantActive({ merchantId, active: false });
  await world.ops.directory.putRoute({
    route: {
      routeId: shop.routeId,
      partnerId: shop.partner.id,
      countryCode: 'KR',
      currencyCodes: ['KRW'],
      clearing: { timeZone: 'Asia/Seoul', cutOffSeconds: 0 },
      ...{ schemeIds: [], connectorAddress: '', fees: undefined, refusalRules: [], maxInFlight: 0 },
    },
  });
  await world.issuer.wallets.freezeWallet({ walletId: payer.walletId });
  const again = await shop.partner.payments.createPayment(request);
  expect(again).toEqual({ payment, replay: true });
});

/** Sends all on one stream and answers what was created, whatever its order. */
async function streamOf(
  shop: Shop,
  requests: readonly CreatePaymentRequest[],
): Promise<CreatePaymentResponse[]> {
  async function* sent(): AsyncGenerator<CreatePaymentsRequest> {
    for (const payment of requests) yield { payment };
  }
  const answers: CreatePaymentResponse[] = [];
  for await (const { outcome } of shop.partner.payments.createPayments(sent())) {
    if (outcome?.$case !== 'created') throw new Error(`refused: ${outcome?.value.reason}`);
    answers.push(outcome.value);
  }
  return answers;
}
