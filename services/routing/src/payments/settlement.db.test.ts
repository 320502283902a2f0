import { DeclineReason, ParticipantKind } from '@causeway/proto/common';
import { ConfirmationState } from '@causeway/proto/connector';
import { type CreatePaymentRequest, RefusalClass } from '@causeway/proto/routing';
import { hostNowMs } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { createRefund } from '../refunds/create.ts';
import { refundView } from '../refunds/view.ts';
import { RefundWorker } from '../refunds/worker.ts';
import { FakePartner } from '../testing/partner.fixture.ts';
import {
  HARBOUR,
  JPY_1280,
  openWorld,
  orderRequest,
  routeTo,
  SHOP,
  WALLET_ID,
} from '../testing/world.fixture.ts';
import { confirmPayment } from './confirm.ts';
import { createPayment } from './create.ts';
import { createOrder } from './create-order.ts';
import { next } from './machine/next.ts';
import { quoteRoutes } from './quote-routes.ts';
import { moment, pendingPayment } from './testing.ts';
import { payerViewOf, viewOf } from './view.ts';

const { db } = await testDatabase(migrations);
const busy = Object.assign(new FakePartner(), {
  verdict: { state: ConfirmationState.REFUSED, refusalCode: 'BUSY' },
});
const RULES = [{ refusalCode: 'BUSY', refusalClass: RefusalClass.RETRIABLE, declineReason: 0 }];
const SCHEME = { schemeIds: ['jp.test'] };
const routes = [
  routeTo('a-hinata', {
    ...{ partnerId: 'hinata', connectorAddress: 'hinata:1', refusalRules: RULES, ...SCHEME },
    maxInFlight: 10,
  }),
  routeTo('b-lanna', { partnerId: 'lanna', ...SCHEME }),
  routeTo('sakura-jp'),
];
const world = await openWorld(db, { routes, clientAt: () => busy.client });
const soon = () => hostNowMs() + 10_000;

async function settleIn(id: string, settlementCurrencyCode: string | undefined) {
  const terms = { timeZone: 'Asia/Tokyo', cutOffSeconds: 0 };
  const key = { kind: ParticipantKind.ACQUIRER, id };
  await world.clearing.putTerms({ ...key, terms, settlementCurrencyCode, opened: undefined });
  await world.days.refresh();
}

beforeAll(async () => {
  await settleIn('sakura', 'USD');
  await settleIn('hinata', 'EUR');
  await settleIn('lanna', 'USD');
});

function chargeOf(paymentRequestId: string, more: Partial<CreatePaymentRequest> = {}) {
  return {
    ...{ partnerId: 'sakura', paymentRequestId, paymentCode: '852101020712345678901234' },
    ...{ payeeAmount: JPY_1280, merchantId: 'shop', storeId: '', terminalId: '' },
    ...{ orderDescription: '', merchant: SHOP, agreement: undefined, ...more },
  };
}

const USD_800 = { currencyCode: 'USD', amountMinor: 800n };
const IN_USD = { settlementAmount: USD_800, settlementRate: '0.00625' };

describe('what an acquirer is settled in its own currency is fixed with the plan', () => {
  const agreement = {
    issuerId: 'harbour-wallet',
    agreementId: '8f0c6f0e-0000-8000-8000-00000000a9ee',
  };

  test.each([
    ['a code', {}],
    ['an agreement', { paymentCode: '', agreement }],
  ])('of %s', async (name, more) => {
    const { payment } = await createPayment(world, chargeOf(name, more), soon());
    expect(payment.state).toBe('SUCCEEDED');
    expect(viewOf(payment)).toMatchObject(IN_USD);
    const [stored] = await world.store.read([payment]);
    expect(stored).toEqual(payment);
    const none = { settlementAmount: undefined, settlementRate: '' };
    expect(payerViewOf(payment)).toMatchObject(none);
  });

  test('of an order, when its payer agrees to the price', async () => {
    const { payment: order } = await createOrder(world, orderRequest('order'), soon());
    expect(viewOf(order).settlementRate).toBe('');
    const { issuerId } = HARBOUR;
    const asked = { issuerId, paymentRequestId: '', targets: [], payeeAmount: undefined };
    const [quote] = await quoteRoutes(world, { ...asked, paymentId: order.paymentId });
    const subject = { $case: 'paymentId' as const, value: order.paymentId };
    const consent = { issuerId, walletId: WALLET_ID, subject };
    // Terms that are changed after the quote are for other payments.
    await settleIn('sakura', undefined);
    const confirmed = await confirmPayment(
      world,
      { ...consent, quoteToken: quote?.quoteToken ?? '' },
      soon(),
    );
    await settleIn('sakura', 'USD');
    expect(confirmed.payment.state).toBe('SUCCEEDED');
    expect(viewOf(confirmed.payment)).toMatchObject(IN_USD);
  });

  test('of one currency, at no conversion for its payer', async () => {
    const payeeAmount = { currencyCode: 'HKD', amountMinor: 10_000n };
    const { payment } = await createPayment(world, chargeOf('at par', { payeeAmount }), soon());
    expect(payment).toMatchObject({ state: 'SUCCEEDED', payerAmount: payeeAmount });
    expect(payment.settlement).toEqual({
      ...{ amount: { currencyCode: 'USD', amountMinor: 62n }, rate: '0.00625' },
    });
  });

  test('and not at all where it is the currency of the payee', async () => {
    await settleIn('sakura', 'JPY');
    const { payment } = await createPayment(world, chargeOf('in yen'), soon());
    expect(payment).toMatchObject({ state: 'SUCCEEDED', settlement: undefined });
    await settleIn('sakura', 'USD');
  });
});

describe('without a fresh rate of that currency', () => {
  test('a payment is declined', async () => {
    await settleIn('sakura', 'KRW');
    const { payment } = await createPayment(world, chargeOf('no rate'), soon());
    const declined = { state: 'DECLINED', declineReason: DeclineReason.NO_FRESH_RATE };
    expect(payment).toMatchObject({ ...declined, settlement: undefined });
    await settleIn('sakura', 'USD');
  });

  test('and so is one of which its acquirer would get nothing', async () => {
    const payeeAmount = { currencyCode: 'JPY', amountMinor: 1n };
    const { payment } = await createPayment(world, chargeOf('tiny', { payeeAmount }), soon());
    expect(payment).toMatchObject({ declineReason: DeclineReason.AMOUNT_TOO_SMALL });
  });

  test('a scanned code goes over the other routes', async () => {
    await settleIn('hinata', 'KRW');
    const quotes = await quoteRoutes(world, scannedQuestion('scan without'));
    expect(quotes.map(({ routeId }) => routeId)).toEqual(['b-lanna']);
    await settleIn('lanna', 'KRW');
    const none = quoteRoutes(world, scannedQuestion('scan without any'));
    await expect(none).rejects.toMatchObject({ reason: 'NO_FRESH_RATE' });
    await settleIn('hinata', 'EUR');
    await settleIn('lanna', 'USD');
  });
});

const targets = [{ schemeId: 'jp.test', partnerId: '', schemeAccount: {}, merchant: SHOP }];

function scannedQuestion(paymentRequestId: string) {
  const { issuerId } = HARBOUR;
  return { issuerId, paymentRequestId, targets, payeeAmount: JPY_1280, paymentId: '' };
}

test('a payment that takes its second route is settled as the partner at its end is', async () => {
  const question = scannedQuestion('scan');
  const [quote] = await quoteRoutes(world, question);
  expect(quote?.routeId).toBe('a-hinata');
  const scanned = {
    ...{ paymentRequestId: 'scan', targets, payeeAmount: JPY_1280, tipAmount: undefined },
    orderReference: '',
  };
  const { payment } = await confirmPayment(
    world,
    {
      ...{ issuerId: HARBOUR.issuerId, walletId: WALLET_ID, quoteToken: quote?.quoteToken ?? '' },
      subject: { $case: 'scanned', value: scanned },
    },
    soon(),
  );
  const settled = payment.journey?.routes.map(({ settlement }) => settlement?.amount);
  expect(settled).toEqual([{ currencyCode: 'EUR', amountMinor: 704n }, USD_800]);
  expect(payment).toMatchObject({ state: 'SUCCEEDED', partnerId: 'lanna' });
  expect(viewOf(payment)).toMatchObject(IN_USD);
});

test('refunds take the settlement amount back in the same shares', async () => {
  const { payment } = await createPayment(world, chargeOf('refunded'), soon());
  const { book, refunds, effects, worker: payments, runtime } = world;
  const worker = new RefundWorker(book, refunds, effects, payments, runtime);
  const deps = { ...world, refunds, worker };
  const taken: bigint[] = [];
  for (const amountMinor of [1n, 639n, 640n]) {
    const payeeAmount = { currencyCode: 'JPY', amountMinor };
    const { partnerId, paymentId } = payment;
    const refundRequestId = String(amountMinor);
    const asked = { partnerId, paymentId, payeeAmount, refundRequestId, reason: '' };
    const { refund } = await createRefund(deps, asked, soon());
    expect(await refunds.read(payment, refund.refundId)).toEqual(refund);
    taken.push(refundView(refund).settlementAmount?.amountMinor ?? -1n);
  }
  expect(taken).toEqual([0n, 400n, 400n]);
});

test('whatever the parts, they sum to what was settled, and no part is below zero', () => {
  const parts = fc.array(fc.bigInt({ min: 1n, max: 10n ** 6n }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(parts, fc.bigInt({ min: 1n, max: 10n ** 9n }), (amounts, settledMinor) => {
      const currencyCode = 'JPY';
      const amountMinor = amounts.reduce((sum, part) => sum + part, 0n);
      let payment = pendingPayment({
        ...{ state: 'SUCCEEDED', step: 'DONE', dueAt: undefined },
        payeeAmount: { currencyCode, amountMinor },
        settlement: { amount: { currencyCode: 'USD', amountMinor: settledMinor }, rate: '1' },
      });
      let sum = 0n;
      for (const [n, part] of amounts.entries()) {
        const payeeAmount = { currencyCode, amountMinor: part };
        const id = String(n);
        const wanted = { refundId: id, refundRequestId: id, payeeAmount, reason: '' };
        const decision = next(payment, { kind: 'refund', refund: wanted }, moment());
        if (decision.outcome !== 'changed') throw new Error(decision.outcome);
        payment = decision.payment;
        const minor = decision.refund?.settlementAmount?.amountMinor ?? -1n;
        expect(minor).toBeGreaterThanOrEqual(0n);
        sum += minor;
      }
      expect(sum).toBe(settledMinor);
    }),
  );
});
