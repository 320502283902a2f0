import { DeclineReason } from '@causeway/proto/common';
import type { Journey } from '@causeway/proto/routing';
import { ChargeState } from '@causeway/proto/wallet';
import { describe, expect, test } from 'vitest';
import { OTHER_WALLET_ID, routeTo, WALLET_ID } from '../../testing/world.fixture.ts';
import type { PaymentRecord, RefundRecord, Step } from '../record.ts';
import { chargeOf, confirmedPayment, moment, pendingPayment } from '../testing.ts';
import { askAgain, hasLeft } from './journey.ts';
import { next } from './next.ts';
import { isPayer, whyNotOpen } from './order.ts';
import { REFUND_WINDOW_MS } from './refund.ts';
import type { EarlierPrice, Input, Moment } from './types.ts';

const NOW = new Date('2026-03-13T03:00:00Z');
const at = (ms: number, changes: Partial<Moment> = {}) =>
  moment({ now: new Date(NOW.getTime() + ms), ...changes });
const ROUTES = ['first', 'second', 'third'].map((id) =>
  routeTo(id, { connectorAddress: `${id}:1` }),
);

function onRoutes(
  step: Step,
  journey: Partial<Journey> = {},
  changes: Partial<PaymentRecord> = {},
) {
  const payment = confirmedPayment(ROUTES, NOW, WALLET_ID, { step, ...changes });
  if (!payment.journey) throw new Error('the fixture has no plan');
  return { ...payment, journey: { ...payment.journey, ...journey } };
}

/** The payment that a decision leaves. Throws where it leaves all as it was. */
function after(payment: PaymentRecord, input: Input, when = at(1_000)): PaymentRecord {
  const decision = next(payment, input, when);
  if (decision.outcome === 'changed' || decision.outcome === 'stepped') return decision.payment;
  throw new Error(`nothing changed: ${JSON.stringify(decision)}`);
}

const captured = (payment: PaymentRecord, earlier?: EarlierPrice): Input => {
  const charge = chargeOf(payment, ChargeState.CAPTURED);
  return { kind: 'charged', charge: earlier ? { ...charge, earlier } : charge };
};

const refundOf = (amountMinor: bigint, ofDispute = false): Input => ({
  kind: 'refund',
  refund: {
    ...{ refundId: 'r1', refundRequestId: 'r1', reason: 'wrong size', ofDispute },
    payeeAmount: { currencyCode: 'JPY', amountMinor },
  },
});

function accepted(payment: PaymentRecord, input: Input, when?: Moment): RefundRecord {
  const decision = next(payment, input, when ?? at(1_000));
  if (decision.outcome !== 'changed' || !decision.refund) throw new Error('no refund was accepted');
  return decision.refund;
}

describe('a route that was left', () => {
  test.each<[string, Step, PaymentRecord['state'], boolean[]]>([
    ['while its partner may be asked', 'INQUIRE', 'PENDING', [true, false, false]],
    ['once it is paid over it', 'DONE', 'SUCCEEDED', [true, false, true]],
    ['once it came to nothing', 'DONE', 'DECLINED', [true, true, true]],
    ['once the hold is being voided', 'VOID_FOR_REFUSAL', 'PENDING', [true, true, true]],
    ['once it is being voided for a cancel', 'VOID_FOR_CANCEL', 'PENDING', [true, true, true]],
  ])('%s', (_, step, state, left) => {
    const payment = onRoutes(step, { attempt: 1 }, { state });
    expect(['first', 'second', 'third'].map((id) => hasLeft(payment, id))).toEqual(left);
    expect(hasLeft(payment, 'of nobody')).toBe(true);
  });

  test('a payment without a plan never took one', () => {
    expect(hasLeft(pendingPayment(), 'first')).toBe(true);
  });
});

describe('doubt', () => {
  test('lasts for its time, then the payment is reversed', () => {
    const asked = after(onRoutes('CONFIRM'), { kind: 'doubtful' }, at(1_000));
    expect(asked).toMatchObject({ step: 'INQUIRE' });
    expect(asked.journey?.reverseTime).toEqual(new Date(NOW.getTime() + 61_000));
    const again = after(asked, { kind: 'doubtful' }, at(60_999));
    expect(again).toMatchObject({ step: 'INQUIRE', version: asked.version + 1 });
    expect(after(again, { kind: 'doubtful' }, at(61_000)).step).toBe('REVERSE');
  });

  test('cannot be of a payment that asks nobody', () => {
    expect(() => askAgain(pendingPayment(), at(0))).toThrow('has no journey');
  });

  test('is over for the next route, and for a payment that was confirmed or given up', () => {
    const reverseTime = new Date(NOW.getTime() + 60_000);
    const doubted = onRoutes('INQUIRE', { reverseTime, partnerReference: '' });
    const moved = after(doubted, { kind: 'reversed' });
    expect(moved.journey).toMatchObject({ attempt: 1, reverseTime: undefined, confirmed: false });
    const confirmed = after(doubted, { kind: 'confirmed', partnerReference: 'theirs' });
    expect(confirmed).toMatchObject({ step: 'CAPTURE' });
    expect(confirmed.journey).toMatchObject({
      ...{ partnerReference: 'theirs', confirmed: true, reverseTime: undefined },
    });
    const declineReason = DeclineReason.REFUSED_BY_PARTNER;
    const refused = after(doubted, { kind: 'refused', final: true, declineReason });
    expect(refused).toMatchObject({ step: 'VOID_FOR_REFUSAL' });
    expect(refused.journey).toMatchObject({ refusal: declineReason, reverseTime: undefined });
  });

  test('of money that was debited before asks the next route, and confirms at none', () => {
    const recovered = onRoutes('INQUIRE', { wasCaptured: true });
    const declineReason = DeclineReason.REFUSED_BY_PARTNER;
    const moved = after(recovered, { kind: 'refused', final: true, declineReason }, at(90_000));
    expect(moved).toMatchObject({ step: 'INQUIRE', routeId: 'second' });
  });
});

describe('the price that an operator recorded', () => {
  const hkd = (amountMinor: bigint) => ({ currencyCode: 'HKD', amountMinor });
  const earlierAt = (payerAmount: EarlierPrice['payerAmount']): EarlierPrice => {
    const payeeAmount = { currencyCode: 'JPY', amountMinor: 1_280n };
    return { payerAmount, payeeAmount, conversion: undefined };
  };

  test.each<[string, EarlierPrice['payerAmount'], boolean, boolean]>([
    ['the same amount stays covered', hkd(6_421n), true, true],
    ['what was not covered is not now', hkd(6_421n), false, false],
    ['another amount is not', hkd(6_420n), true, false],
    ['nor another currency', { currencyCode: 'USD', amountMinor: 6_421n }, true, false],
  ])('%s', (_, price, issuerCovered, isCovered) => {
    const payment = pendingPayment({ issuerCovered });
    expect(after(payment, captured(payment, earlierAt(price)))).toMatchObject({
      ...{ payerAmount: price, issuerCovered: isCovered, state: 'SUCCEEDED' },
    });
  });

  test('with no price before, and none of its own to compare', () => {
    const payment = pendingPayment({ issuerCovered: true, payerAmount: undefined });
    const paid = after(payment, captured(payment, earlierAt(hkd(1n))));
    expect(paid).toMatchObject({ payerAmount: hkd(1n), issuerCovered: false });
  });
});

describe('whose a payment is', () => {
  test('the wallet that the switch knows stays; the one that was charged fills its place', () => {
    const known = pendingPayment({ walletId: OTHER_WALLET_ID });
    expect(after(known, captured(known)).walletId).toBe(OTHER_WALLET_ID);
    const unknown = pendingPayment();
    const charge = { ...chargeOf(unknown, ChargeState.CAPTURED), walletId: WALLET_ID };
    expect(after(unknown, { kind: 'charged', charge }).walletId).toBe(WALLET_ID);
  });

  test('a success took money', () => {
    const payment = pendingPayment();
    expect(next(payment, captured(payment), at(0))).toMatchObject({ wasCaptured: true });
  });

  test('a payer is known by operator and wallet together', () => {
    const payment = onRoutes('HOLD');
    const payer = { issuerId: 'harbour-wallet', walletId: WALLET_ID };
    expect(isPayer(payment, payer)).toBe(true);
    expect(isPayer(payment, { ...payer, issuerId: 'peak-wallet' })).toBe(false);
    expect(isPayer(payment, { ...payer, walletId: OTHER_WALLET_ID })).toBe(false);
  });

  test.each<[string | undefined, PaymentRecord['state'], string]>([
    ['harbour-wallet', 'PENDING', 'ORDER_TAKEN'],
    ['harbour-wallet', 'SUCCEEDED', 'ORDER_TAKEN'],
    ['harbour-wallet', 'CANCELLED', 'ORDER_CLOSED'],
    [undefined, 'PENDING', 'ORDER_CLOSED'],
    [undefined, 'CANCELLED', 'ORDER_CLOSED'],
  ])('an order of payer %s that is %s refuses with %s', (issuerId, state, reason) => {
    expect(whyNotOpen(pendingPayment({ issuerId, state }))).toBe(reason);
  });

  test('an order ends at the moment at which its time is over, and not before', () => {
    const expiresAt = new Date(NOW.getTime() + 60_000);
    const order = pendingPayment({ step: 'AWAIT_PAYER', issuerId: undefined, expiresAt });
    expect(next(order, { kind: 'expired' }, at(59_999)).outcome).toBe('unchanged');
    expect(after(order, { kind: 'expired' }, at(60_000)).state).toBe('CANCELLED');
    const endless = { ...order, expiresAt: undefined };
    expect(next(endless, { kind: 'expired' }, at(10 ** 9)).outcome).toBe('unchanged');
  });

  test('only a code is masked: a wallet’s id is needed afterwards', () => {
    const declined = (payment: PaymentRecord): Input => {
      return { kind: 'charged', charge: chargeOf(payment, ChargeState.DECLINED) };
    };
    const held = onRoutes('HOLD');
    expect(after(held, declined(held)).payerReference).toBe(WALLET_ID);
  });
});

describe('what a cover carries', () => {
  const paid = () => {
    const payment = pendingPayment();
    return after(payment, captured(payment));
  };

  test.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
  ])('a cancel of what succeeded (%s), covered (%s): %s', (isPaid, acquirerCovered, expected) => {
    const payment = isPaid ? paid() : pendingPayment();
    const decision = next(payment, { kind: 'cancel' }, at(1_000, { acquirerCovered }));
    expect(decision).toMatchObject({
      ...{ outcome: 'changed', fact: 'cancel_requested', wasCaptured: isPaid },
      payment: { acquirerCovered: expected },
    });
  });

  test.each([
    [true, false, true],
    [true, true, false],
    [false, false, false],
    [false, true, false],
  ])('a refund, covered (%s), of a dispute (%s): %s', (acquirerCovered, ofDispute, expected) => {
    const refund = accepted(paid(), refundOf(1n, ofDispute), at(1_000, { acquirerCovered }));
    expect(refund.acquirerCovered).toBe(expected);
  });
});

describe('a refund', () => {
  const paid = (changes: Partial<PaymentRecord> = {}) => {
    const payment = pendingPayment(changes);
    return after(payment, captured(payment));
  };

  test('is taken to the last moment and to the last unit', () => {
    const last = at(REFUND_WINDOW_MS);
    expect(accepted(paid(), refundOf(1_280n), last)).toMatchObject({
      ...{ state: 'PENDING', reason: 'wrong size', createdAt: last.now, dueAt: last.leaseUntil },
      payerAmount: { currencyCode: 'HKD', amountMinor: 6_421n },
    });
    const partly = after(paid(), refundOf(280n));
    expect(accepted(partly, refundOf(1_000n)).payeeAmount.amountMinor).toBe(1_000n);
    expect(next(partly, refundOf(1_001n), at(0))).toMatchObject({ outcome: 'refused' });
  });

  test('takes its share of every part, of what is settled too, and all of them in the end', () => {
    const amount = { currencyCode: 'USD', amountMinor: 823n };
    let payment = paid({ settlement: { amount, rate: '0.0064' } });
    const sums = { mid: 0n, markup: 0n, residual: 0n, settled: 0n };
    for (const minor of [1n, 640n, 639n]) {
      const refund = accepted(payment, refundOf(minor));
      sums.mid += refund.midMinor;
      sums.markup += refund.markupMinor;
      sums.residual += refund.residualMinor;
      sums.settled += refund.settlementAmount?.amountMinor ?? 0n;
      expect(refund.settlementAmount?.currencyCode).toBe('USD');
      payment = after(payment, refundOf(minor));
    }
    expect(sums).toEqual({ mid: 6_368n, markup: 52n, residual: 1n, settled: 823n });
    expect(accepted(paid(), refundOf(1n)).settlementAmount).toBeUndefined();
  });

  test('of a payment in one currency is all middle part', () => {
    const { terms } = pendingPayment();
    if (!terms) throw new Error('the fixture has no terms');
    const refund = accepted(paid({ terms: { ...terms, conversion: undefined } }), refundOf(1_280n));
    expect(refund).toMatchObject({ midMinor: 6_421n, markupMinor: 0n, residualMinor: 0n });
  });

  test('is carried out once, with the days of that moment', () => {
    const payment = after(paid(), refundOf(1_280n));
    const refund = accepted(paid(), refundOf(1_280n));
    const days = { acquirerClearingDate: '2026-03-14', issuerClearingDate: '2026-03-15' };
    const when = at(5_000, days);
    expect(next(payment, { kind: 'refunded', refund }, when)).toMatchObject({
      ...{ outcome: 'changed', fact: 'refund_succeeded', wasCaptured: true },
      payment: { version: payment.version + 1, updatedAt: when.now },
      refund: { ...refund, ...days, state: 'SUCCEEDED', dueAt: undefined, updatedAt: when.now },
    });
    const done: Input = { kind: 'refunded', refund: { ...refund, state: 'SUCCEEDED' } };
    expect(next(payment, done, when)).toEqual({ outcome: 'unchanged' });
  });
});
