import type {
  CreatePaymentRequest,
  CreatePaymentsRequest,
  CreatePaymentsResponse,
} from '@causeway/proto/acquiring';
import { DeclineReason, type Payment, PaymentState } from '@causeway/proto/common';
import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import {
  chargeOf,
  minor,
  openPayer,
  openShop,
  openWorld,
  positionBecomes,
  readPayment,
  type Shop,
} from './support/index.ts';

const world = openWorld();
const OPENING = 20_000_00n;
const GOOD = 60;

async function scene() {
  const [shop, payer] = await Promise.all([
    openShop(world),
    openPayer(world, { balanceMinor: OPENING }),
  ]);
  const codes = (count: number) => Promise.all(Array.from({ length: count }, () => payer.code()));
  return { shop, payer, codes };
}

test.concurrent('bad payments on a stream are answered with their error while others succeed', async () => {
  const { shop, payer, codes } = await scene();
  const good = (await codes(GOOD)).map((code, n) => chargeOf(world, shop, code, 100n + BigInt(n)));
  const [first] = good as [CreatePaymentRequest];
  const spoiled = (change: Partial<CreatePaymentRequest>, name: string) => ({
    ...first,
    paymentRequestId: world.id(name),
    ...change,
  });
  const jpy = (amountMinor: bigint) => ({ currencyCode: 'JPY', amountMinor });
  const bad: [CreatePaymentRequest, number, string, string[]][] = [
    [spoiled({ payeeAmount: jpy(0n) }, 'zero'), 3, 'AMOUNT_INVALID', ['payee_amount.amount_minor']],
    [spoiled({ paymentCode: '12x' }, 'code'), 3, 'FIELD_INVALID', ['payment_code']],
    [spoiled({ merchantId: payer.walletId }, 'shop'), 5, 'MERCHANT_UNKNOWN', []],
    [spoiled({ payeeAmount: undefined }, 'none'), 3, 'FIELD_INVALID', ['payee_amount']],
    [spoiled({ paymentRequestId: '' }, ''), 3, 'FIELD_INVALID', ['payment_request_id']],
  ];
  const mixed = good.flatMap((request, n) => {
    const wrong = bad[n / 10]?.[0];
    return wrong === undefined ? [request] : [wrong, request];
  });
  expect(mixed).toHaveLength(GOOD + bad.length);
  const answers = await stream(shop, mixed);
  expect(answers.size).toBe(mixed.length);

  for (const [{ paymentRequestId }, code, reason, fields] of bad) {
    const outcome = answers.get(paymentRequestId)?.outcome;
    expect(outcome).toMatchObject({ $case: 'error', value: { code, reason } });
    if (outcome?.$case !== 'error') continue;
    expect(status[code]).toBeDefined();
    expect(outcome.value.fields.map(({ field }) => field)).toEqual(fields);
  }
  let spent = 0n;
  for (const { paymentRequestId, payeeAmount } of good) {
    const payment = createdIn(answers.get(paymentRequestId));
    expect(payment).toMatchObject({ state: PaymentState.SUCCEEDED, payeeAmount });
    spent += minor(payment.payerAmount);
  }
  expect(await payer.balance()).toBe(OPENING - spent);
  const captured = good.reduce((sum, { payeeAmount }) => sum + minor(payeeAmount), 0n);
  const position = await positionBecomes(shop.partner, 'JPY', { captured });
  expect(position.captured).toBe(captured);
});

test.concurrent('declines, repeats and reused keys on a stream are as they are alone', async () => {
  const { shop, codes } = await scene();
  const [code, other] = (await codes(2)) as [string, string];
  const request = chargeOf(world, shop, code, 700n);
  const alone = await shop.partner.payments.createPayment(request);
  const used = chargeOf(world, shop, code, 800n);
  const reused = { ...request, paymentCode: other };
  const answers: CreatePaymentsResponse[] = [];
  for await (const answer of shop.partner.payments.createPayments(sent([request, used, reused]))) {
    answers.push(answer);
  }
  const outcomes = answers.map(({ outcome }) => outcome);
  expect(outcomes).toContainEqual({
    $case: 'created',
    value: { payment: alone.payment, replay: true },
  });
  expect(outcomes).toContainEqual({
    $case: 'created',
    value: expect.objectContaining({
      replay: false,
      payment: expect.objectContaining({
        state: PaymentState.DECLINED,
        declineReason: DeclineReason.CODE_USED,
      }),
    }),
  });
  expect(outcomes).toContainEqual({
    $case: 'error',
    value: expect.objectContaining({
      code: status.ALREADY_EXISTS,
      reason: 'IDEMPOTENCY_KEY_REUSED',
    }),
  });
});

test.concurrent('a caller that leaves in the middle loses answers, and no payment twice', async () => {
  const { shop, payer, codes } = await scene();
  const requests = (await codes(20)).map((code) => chargeOf(world, shop, code, 1_000n));
  for await (const _first of shop.partner.payments.createPayments(sent(requests))) break;
  const answers = await stream(shop, requests);
  let spent = 0n;
  for (const { paymentRequestId } of requests) {
    const payment = createdIn(answers.get(paymentRequestId));
    expect(payment.state).toBe(PaymentState.SUCCEEDED);
    expect(await readPayment(shop, payment.paymentId)).toEqual(payment);
    spent += minor(payment.payerAmount);
  }
  expect(await payer.balance()).toBe(OPENING - spent);
});

async function* sent(requests: readonly CreatePaymentRequest[]) {
  for (const payment of requests) yield { payment } satisfies CreatePaymentsRequest;
}

/** Sends all on one stream; answers by request id. */
async function stream(
  shop: Shop,
  requests: readonly CreatePaymentRequest[],
): Promise<Map<string, CreatePaymentsResponse>> {
  const answers = new Map<string, CreatePaymentsResponse>();
  for await (const answer of shop.partner.payments.createPayments(sent(requests))) {
    expect(answers.has(answer.paymentRequestId)).toBe(false);
    answers.set(answer.paymentRequestId, answer);
  }
  return answers;
}

function createdIn(answer: CreatePaymentsResponse | undefined): Payment {
  const outcome = answer?.outcome;
  if (outcome?.$case !== 'created' || outcome.value.payment === undefined) {
    throw new Error(`not created: ${outcome?.$case === 'error' ? outcome.value.reason : outcome}`);
  }
  return outcome.value.payment;
}
