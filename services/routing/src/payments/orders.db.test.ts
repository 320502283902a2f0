import { DeclineReason, PaymentMethod } from '@causeway/proto/common';
import type { ConfirmPaymentRequest } from '@causeway/proto/routing';
import { ChargeState } from '@causeway/proto/wallet';
import { hostNowMs } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { describe, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import {
  JPY_1280,
  OTHER_WALLET_ID,
  openWorld,
  orderRequest,
  routeTo,
  SHOP,
  WALLET_ID,
} from '../testing/world.fixture.ts';
import { cancelPayment } from './cancel.ts';
import { confirmPayment } from './confirm.ts';
import { createOrder } from './create-order.ts';
import { getPayerPayment } from './get-payer-payment.ts';
import { quoteRoutes } from './quote-routes.ts';
import type { PaymentRecord } from './record.ts';

const { db } = await testDatabase(migrations);
const world = await openWorld(db);
const soon = () => hostNowMs() + 10_000;

async function order(name: string, ttlSeconds?: number): Promise<PaymentRecord> {
  return (await createOrder(world, orderRequest(name, ttlSeconds), soon())).payment;
}

async function quoteFor(paymentId: string): Promise<string> {
  const asked = { issuerId: 'harbour-wallet', paymentRequestId: '', targets: [], paymentId };
  const [quote] = await quoteRoutes(world, { ...asked, payeeAmount: undefined });
  return quote?.quoteToken ?? '';
}

async function consentTo(paymentId: string, walletId = WALLET_ID): Promise<ConfirmPaymentRequest> {
  const quoteToken = await quoteFor(paymentId);
  const subject = { $case: 'paymentId' as const, value: paymentId };
  return { issuerId: 'harbour-wallet', walletId, subject, quoteToken };
}

const factsOf = async (p: PaymentRecord) => (await world.store.facts(p)).map(({ kind }) => kind);

describe('the orders of one partner that wait', () => {
  test('are bounded, also where a hundred are made at once, and the place of one that ended is free', async () => {
    const own = await openWorld(db, {
      routes: [routeTo('crowded-jp', { partnerId: 'crowded' })],
      maxOpenOrders: 10,
    });
    const make = (name: string) => {
      const request = { ...orderRequest(name), partnerId: 'crowded' };
      return createOrder(own, request, soon());
    };
    const names = Array.from({ length: 100 }, (_, n) => `crowd ${n}`);
    const made = await Promise.allSettled(names.map(make));
    const waiting = made.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(waiting).toHaveLength(10);
    const refused = made.find((each) => each.status === 'rejected');
    expect(refused?.reason).toMatchObject({
      ...{ reason: 'TOO_MANY_OPEN_ORDERS', retryAfterMs: 1_000, metadata: { limit: '10' } },
    });
    // A repeat is answered all the same, and takes no place.
    const [first] = waiting;
    if (!first) throw new Error('no order');
    const again = await make(first.payment.paymentRequestId);
    expect(again).toMatchObject({ replay: true, payment: { paymentId: first.payment.paymentId } });
    await cancelPayment(own, first.payment, soon());
    await expect
      .poll(() => make('after').then(() => 'made', String), { timeout: 5_000 })
      .toBe('made');
    await expect(make('one too many')).rejects.toMatchObject({ reason: 'TOO_MANY_OPEN_ORDERS' });
  });
});

describe('an order', () => {
  test('waits for its payer, then is debited once at the price he accepted', async () => {
    const waiting = await order('paid');
    expect(waiting).toMatchObject({ state: 'PENDING', step: 'AWAIT_PAYER', issuerId: undefined });
    const seen = await getPayerPayment(world, 'harbour-wallet', waiting.paymentId);
    expect(seen.awaitsPayer).toBe(true);

    const consent = await consentTo(waiting.paymentId);
    const { payment, replay } = await confirmPayment(world, consent, soon());
    expect(replay).toBe(false);
    expect(payment).toMatchObject({
      ...{ state: 'SUCCEEDED', walletId: WALLET_ID, issuerId: 'harbour-wallet' },
      ...{ method: PaymentMethod.CASHIER, routeId: 'sakura-jp', payeeAmount: JPY_1280 },
      payerAmount: { currencyCode: 'HKD', amountMinor: 6_421n },
    });
    expect(await factsOf(payment)).toEqual(['succeeded']);

    const again = await confirmPayment(world, consent, soon());
    expect(again).toMatchObject({ replay: true, payment: { version: payment.version } });
    const charges = [...world.issuer.charges.values()];
    expect(charges.filter(({ paymentId }) => paymentId === payment.paymentId)).toHaveLength(1);
    await expect(getPayerPayment(world, 'peak-wallet', payment.paymentId)).rejects.toMatchObject({
      reason: 'PAYMENT_UNKNOWN',
    });
  });

  test('that is asked for again is the same, with other content it is refused', async () => {
    const first = await order('again');
    const again = await createOrder(world, orderRequest('again'), soon());
    expect(again).toEqual({ payment: first, replay: true });
    const other = { ...orderRequest('again'), method: PaymentMethod.MERCHANT_QR };
    await expect(createOrder(world, other, soon())).rejects.toMatchObject({
      reason: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('of a merchant that is not open is declined at once, and nothing waits', async () => {
    const request = { ...orderRequest('closed shop'), merchant: { ...SHOP, active: false } };
    const { payment } = await createOrder(world, request, soon());
    expect(payment).toMatchObject({
      state: 'DECLINED',
      declineReason: DeclineReason.MERCHANT_INACTIVE,
    });
  });

  test.each([
    ['ttl_seconds', { ttlSeconds: 601 }],
    ['method', { method: PaymentMethod.CODE }],
    ['payee_amount', { payeeAmount: { currencyCode: 'JPY', amountMinor: 0n } }],
  ])('with a wrong %s is refused', async (field, changes) => {
    const request = { ...orderRequest(`wrong ${field}`), ...changes };
    await expect(createOrder(world, request, soon())).rejects.toMatchObject({
      reason: 'FIELD_INVALID',
      fields: [{ field }],
    });
  });

  test('that is cancelled while it waits calls nobody, and takes no payer any more', async () => {
    const waiting = await order('cancelled');
    const consent = await consentTo(waiting.paymentId);
    const before = world.issuer.calls.length;
    const cancelled = await cancelPayment(world, waiting, soon());
    expect(cancelled.state).toBe('CANCELLED');
    await expect(confirmPayment(world, consent, soon())).rejects.toMatchObject({
      reason: 'ORDER_CLOSED',
    });
    expect(world.issuer.calls).toHaveLength(before);
    expect(await factsOf(cancelled)).toEqual(['cancelled']);
  });

  test('whose time is over is closed by whoever takes it up, and calls nobody', async () => {
    const waiting = await order('expired', 1);
    const consent = await consentTo(waiting.paymentId);
    const before = world.issuer.calls.length;
    await world.runtime.timers.sleep(1_010);
    await expect(confirmPayment(world, consent, soon())).rejects.toMatchObject({
      reason: 'ORDER_CLOSED',
    });
    const now = new Date(hostNowMs());
    const due = await world.store.claimExpired(now, new Date(hostNowMs() + 10_000), 100);
    const claimed = due.find(({ paymentId }) => paymentId === waiting.paymentId);
    const closed = claimed && (await world.worker.takeUp(claimed));
    expect(closed).toMatchObject({ state: 'CANCELLED', dueAt: undefined });
    expect(world.issuer.calls).toHaveLength(before);
  });
});

describe('a quote', () => {
  test('is good for its own payment alone, unchanged and in time', async () => {
    const [one, other] = [await order('quote one'), await order('quote other')];
    const consent = await consentTo(one.paymentId);
    const { quoteToken } = await consentTo(other.paymentId);
    for (const wrong of [quoteToken, '', `${consent.quoteToken.slice(0, -1)}_`]) {
      await expect(
        confirmPayment(world, { ...consent, quoteToken: wrong }, soon()),
      ).rejects.toMatchObject({ reason: 'QUOTE_INVALID' });
    }
    expect((await world.book.read(one))?.step).toBe('AWAIT_PAYER');
  });

  test('is not given where no route leads', async () => {
    const bare = await openWorld(db, { routes: [routeTo('elsewhere', { countryCode: 'KR' })] });
    const waiting = await order('no route');
    const asked = { issuerId: 'harbour-wallet', paymentRequestId: '', targets: [] };
    await expect(
      quoteRoutes(bare, { ...asked, paymentId: waiting.paymentId, payeeAmount: undefined }),
    ).rejects.toMatchObject({ reason: 'NO_ROUTE' });
  });
});

describe('a scanned code', () => {
  const scheme = { schemeId: 'jp.test', partnerId: '', schemeAccount: { '01': '42' } };
  const targets = [{ ...scheme, merchant: SHOP }];
  const routes = [routeTo('by-scheme', { partnerId: 'hinata', schemeIds: ['jp.test'] })];

  async function scan(name: string, tipMinor = 0n) {
    const there = await openWorld(db, { routes });
    const tipAmount = tipMinor > 0n ? { currencyCode: 'JPY', amountMinor: tipMinor } : undefined;
    const scanned = {
      ...{ paymentRequestId: name, targets, payeeAmount: JPY_1280, tipAmount },
      orderReference: '***',
    };
    const issuerId = 'harbour-wallet';
    const asked = { issuerId, paymentRequestId: name, targets, paymentId: '' };
    const [quote] = await quoteRoutes(there, { ...asked, payeeAmount: JPY_1280 });
    const subject = { $case: 'scanned' as const, value: scanned };
    const request: ConfirmPaymentRequest = {
      ...{ issuerId, walletId: WALLET_ID, subject, quoteToken: quote?.quoteToken ?? '' },
    };
    return { there, request, scanned };
  }

  test('is paid over a route that serves its scheme, once', async () => {
    const { there, request } = await scan('scan paid', 80n);
    const { payment } = await confirmPayment(there, request, soon());
    expect(payment).toMatchObject({
      ...{ state: 'SUCCEEDED', partnerId: 'hinata', routeId: 'by-scheme' },
      ...{ method: PaymentMethod.MERCHANT_QR, journey: { tipAmount: { amountMinor: 80n } } },
    });
    expect(await confirmPayment(there, request, soon())).toMatchObject({ replay: true });
    expect(there.issuer.charges.get(payment.paymentId)?.state).toBe(ChargeState.CAPTURED);
    const other = { ...request, walletId: OTHER_WALLET_ID };
    await expect(confirmPayment(there, other, soon())).rejects.toMatchObject({
      reason: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  test('is no order: another operator does not learn that it was paid', async () => {
    const { there, request } = await scan('scan unknown');
    const { payment } = await confirmPayment(there, request, soon());
    const { paymentId } = payment;
    const subject = { $case: 'paymentId' as const, value: paymentId };
    const asked = { issuerId: 'harbour-wallet', paymentRequestId: '', targets: [], paymentId };
    const unknown = { reason: 'PAYMENT_UNKNOWN' };
    await expect(confirmPayment(there, { ...request, subject }, soon())).rejects.toMatchObject(
      unknown,
    );
    const quoted = quoteRoutes(there, { ...asked, payeeAmount: undefined });
    await expect(quoted).rejects.toMatchObject(unknown);
  });

  test('with another amount than was quoted is refused, and nothing is recorded', async () => {
    const { there, request, scanned } = await scan('scan other amount');
    const value = { ...scanned, payeeAmount: { currencyCode: 'JPY', amountMinor: 1n } };
    const subject = { $case: 'scanned' as const, value };
    await expect(confirmPayment(there, { ...request, subject }, soon())).rejects.toMatchObject({
      reason: 'QUOTE_INVALID',
    });
    expect(there.issuer.calls).toEqual([]);
  });
});
