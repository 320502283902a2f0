import { setTimeout as sleep } from 'node:timers/promises';
import { DeclineReason, type Payment, PaymentState } from '@causeway/proto/common';
import { StatementEntryKind } from '@causeway/proto/wallet';
import { afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  charge,
  chargeOf,
  finalPayment,
  openPayer,
  openShop,
  openWorld,
  type Payer,
  pay,
  readByRequest,
  readPayment,
  reasonOf,
  refund,
  type Shop,
  until,
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

/** The kinds of a payer's movements for payments, oldest first. */
async function movements(payer: Payer): Promise<StatementEntryKind[]> {
  const kinds = (await payer.statement()).map(({ kind }) => kind);
  return kinds.filter((kind) => kind !== StatementEntryKind.TOP_UP).reverse();
}

describe('a cancel while the debit is on its way', () => {
  // The first charge is late in being sent; the second is made, and its answer is late.
  beforeAll(async () => {
    const late = 'routing.charge.sending=delay:1800@1;routing.charge.answered=delay:1800@2';
    await processes.restart('routing', { CAUSEWAY_FAILPOINTS: late });
    return () => processes.restart('routing');
  });

  test('is final at once, and the late debit is refused for ever', async () => {
    const payer = await openPayer(world);
    const before = await payer.balance();
    const request = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
    const charging = charge(shop, request);
    await until(
      () => readByRequest(shop, request.paymentRequestId).catch(() => undefined),
      (recorded) => recorded !== undefined,
    );
    expect((await cancel(request.paymentRequestId))?.state).toBe(PaymentState.CANCELLED);
    expect((await charging).state).toBe(PaymentState.CANCELLED);
    await sleep(1_200);
    expect((await charge(shop, request)).state).toBe(PaymentState.CANCELLED);
    expect(await payer.balance()).toBe(before);
    expect(await movements(payer)).toEqual([]);
  });

  test('gives back what was debited before it', async () => {
    const payer = await openPayer(world);
    const before = await payer.balance();
    const request = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
    const charging = charge(shop, request);
    const debited = await until(payer.balance, (balance) => balance < before);
    expect(debited).toBeLessThan(before);
    expect((await cancel(request.paymentRequestId))?.state).toBe(PaymentState.CANCELLED);
    expect((await charging).state).toBe(PaymentState.CANCELLED);
    expect(await payer.balance()).toBe(before);
    const { PAYMENT, CANCEL } = StatementEntryKind;
    expect(await movements(payer)).toEqual([PAYMENT, CANCEL]);
  });
});

describe('with the wallet operator frozen', () => {
  afterEach(() => processes.resume('wallet'));

  test('a cancel waits for it, and no debit comes after it', async () => {
    const payer = await openPayer(world);
    const before = await payer.balance();
    const request = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
    await processes.pause('wallet');
    const charging = charge(shop, request);
    await sleep(300);
    // Until the fence has answered nobody may be told that it is cancelled. Which of the two is
    // said depends on whether routing's answer still arrives within the caller's time.
    const unfinished = ['CANCEL_IN_PROGRESS', 'DEPENDENCY_UNAVAILABLE'];
    expect(unfinished).toContain(await reasonOf(cancel(request.paymentRequestId)));
    expect(await charging).toMatchObject({ state: PaymentState.PENDING, cancelling: true });
    await processes.resume('wallet');
    const { paymentId } = await readByRequest(shop, request.paymentRequestId);
    expect((await finalPayment(shop, paymentId)).state).toBe(PaymentState.CANCELLED);
    expect((await charge(shop, request)).state).toBe(PaymentState.CANCELLED);
    expect(await payer.balance()).toBe(before);
  });

  test('a payment expires, and takes nothing when the operator is back', async () => {
    await processes.restart('routing', { PAYMENT_TTL_SECONDS: '2' });
    onTestFinished(() => processes.restart('routing'));
    const payer = await openPayer(world);
    const before = await payer.balance();
    const request = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
    await processes.pause('wallet');
    const pending = await charge(shop, request);
    expect(pending.state).toBe(PaymentState.PENDING);
    await sleep(500);
    await processes.resume('wallet');
    const expired = { state: PaymentState.DECLINED, declineReason: DeclineReason.EXPIRED };
    expect(await finalPayment(shop, pending.paymentId)).toMatchObject(expired);
    expect(await charge(shop, request)).toMatchObject(expired);
    expect(await payer.balance()).toBe(before);
    expect(await movements(payer)).toEqual([]);
  });
});

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
