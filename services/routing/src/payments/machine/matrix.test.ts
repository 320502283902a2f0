import { DeclineReason } from '@causeway/proto/common';
import { ChargeState } from '@causeway/proto/wallet';
import { describe, expect, test } from 'vitest';
import { OTHER_WALLET_ID, routeTo, WALLET_ID } from '../../testing/world.fixture.ts';
import type { PaymentRecord, Step } from '../record.ts';
import { chargeOf, confirmedPayment, moment, pendingPayment } from '../testing.ts';
import { next } from './next.ts';
import type { Decision, Input, Moment } from './types.ts';

const NOW = new Date('2026-03-13T03:00:00Z');
const ROUTES = [
  routeTo('first', { connectorAddress: 'partner:1' }),
  routeTo('second', { connectorAddress: 'partner:2' }),
];

const AT = moment({ now: NOW, leaseUntil: new Date(NOW.getTime() + 10_000) });
const LATER: Moment = { ...AT, now: new Date(NOW.getTime() + 90_000) };

/** A payment at a step, on the first of two routes, in doubt until a minute from now. */
function at(step: Step): PaymentRecord {
  const payment = confirmedPayment(ROUTES, NOW, WALLET_ID);
  if (step === 'AWAIT_PAYER') {
    const waiting = { issuerId: undefined, walletId: undefined, journey: undefined };
    return { ...payment, ...waiting, step };
  }
  if (step === 'CHARGE') return { ...pendingPayment(), createdAt: NOW, step };
  if (step === 'DONE') return { ...payment, step, state: 'DECLINED', dueAt: undefined };
  const reverseTime = step === 'INQUIRE' ? new Date(NOW.getTime() + 60_000) : undefined;
  const journey = payment.journey && { ...payment.journey, reverseTime };
  return { ...payment, step, journey };
}

function charged(state: ChargeState): Input {
  return { kind: 'charged', charge: chargeOf(confirmedPayment(ROUTES, NOW, WALLET_ID), state) };
}

function consentOf(walletId: string): Input {
  const { terms, payerAmount, journey } = confirmedPayment(ROUTES, NOW, walletId);
  if (!terms || !payerAmount || !journey) throw new Error('the fixture has no plan');
  const expiresAt = new Date(NOW.getTime() + 180_000);
  const consent = { walletId, terms, payerAmount, journey, expiresAt, routeDecision: undefined };
  const issuer = { issuerId: 'harbour-wallet', issuerCovered: false, settlement: undefined };
  return { kind: 'payer', consent: { ...consent, ...issuer } };
}

const refusal = (final: boolean): Input => ({
  ...{ kind: 'refused', final, declineReason: DeclineReason.REFUSED_BY_PARTNER },
});

/** Everything that a payment can be told, in time unless it says otherwise. */
const INPUTS: Record<string, [Input, Moment]> = {
  payer: [consentOf(WALLET_ID), AT],
  'other payer': [consentOf(OTHER_WALLET_ID), AT],
  expired: [{ kind: 'expired' }, AT],
  'expired late': [{ kind: 'expired' }, LATER],
  held: [charged(ChargeState.HELD), AT],
  captured: [charged(ChargeState.CAPTURED), AT],
  declined: [charged(ChargeState.DECLINED), AT],
  voided: [charged(ChargeState.VOIDED), AT],
  unseen: [{ kind: 'unseen' }, LATER],
  fenced: [{ kind: 'fenced' }, AT],
  confirmed: [{ kind: 'confirmed', partnerReference: 'r' }, AT],
  refused: [refusal(true), AT],
  'refused here': [refusal(false), AT],
  'refused here late': [refusal(false), LATER],
  untried: [{ kind: 'untried', unreachable: true }, AT],
  doubtful: [{ kind: 'doubtful' }, AT],
  'doubtful late': [{ kind: 'doubtful' }, LATER],
  reversed: [{ kind: 'reversed' }, AT],
  cancel: [{ kind: 'cancel' }, AT],
};

function said(decision: Decision): string {
  switch (decision.outcome) {
    case 'unchanged':
      return '-';
    case 'refused':
      return decision.reason;
    case 'stepped':
    case 'changed': {
      const { step, state, routeId } = decision.payment;
      if (step === 'DONE') return state;
      return routeId === 'second' ? `${step} second` : step;
    }
  }
}

/** What follows from each input at each step; from those that are left out, nothing. */
const EXPECTED: Record<Step, Record<string, string>> = {
  AWAIT_PAYER: {
    ...{ payer: 'HOLD', 'other payer': 'HOLD' },
    ...{ 'expired late': 'CANCELLED', cancel: 'CANCELLED' },
  },
  CHARGE: {
    ...{ payer: 'ORDER_TAKEN', captured: 'SUCCEEDED', declined: 'DECLINED' },
    ...{ voided: 'CANCELLED', unseen: 'VOID_FOR_EXPIRY', cancel: 'VOID_FOR_CANCEL' },
  },
  HOLD: {
    ...{ held: 'TAKE_OVER', captured: 'INQUIRE', declined: 'DECLINED', voided: 'DECLINED' },
    ...{ unseen: 'VOID_FOR_EXPIRY', cancel: 'VOID_FOR_CANCEL' },
  },
  TAKE_OVER: {
    ...{ held: 'CONFIRM', captured: 'INQUIRE', declined: 'DECLINED', voided: 'DECLINED' },
    ...{ unseen: 'VOID_FOR_EXPIRY', cancel: 'VOID_FOR_CANCEL' },
  },
  CONFIRM: {
    ...{ confirmed: 'CAPTURE', refused: 'VOID_FOR_REFUSAL', 'refused here': 'CONFIRM second' },
    ...{ 'refused here late': 'VOID_FOR_REFUSAL', untried: 'CONFIRM second' },
    ...{ doubtful: 'INQUIRE', 'doubtful late': 'INQUIRE' },
    ...{ reversed: 'CONFIRM second', cancel: 'REVERSE' },
  },
  INQUIRE: {
    ...{ confirmed: 'CAPTURE', refused: 'VOID_FOR_REFUSAL', 'refused here': 'CONFIRM second' },
    ...{ 'refused here late': 'VOID_FOR_REFUSAL', untried: 'INQUIRE' },
    ...{ doubtful: 'INQUIRE', 'doubtful late': 'REVERSE' },
    ...{ reversed: 'CONFIRM second', cancel: 'REVERSE' },
  },
  REVERSE: { reversed: 'CONFIRM second', cancel: 'REVERSE' },
  CAPTURE: {
    ...{ captured: 'SUCCEEDED', declined: 'REVERSE', voided: 'REVERSE', cancel: 'REVERSE' },
  },
  VOID_FOR_CANCEL: { fenced: 'CANCELLED' },
  VOID_FOR_EXPIRY: { fenced: 'DECLINED', cancel: 'VOID_FOR_CANCEL' },
  VOID_FOR_REFUSAL: { fenced: 'DECLINED', cancel: 'VOID_FOR_CANCEL' },
  DONE: { cancel: 'PAYMENT_DECLINED' },
};

describe.each(Object.keys(EXPECTED) as Step[])('at %s', (step) => {
  const isWaiting = step === 'AWAIT_PAYER';
  test.each(Object.keys(INPUTS))('%s', (name) => {
    const [input, moment] = INPUTS[name] as [Input, Moment];
    const taken = !isWaiting && name === 'other payer' ? 'ORDER_TAKEN' : '-';
    expect(said(next(at(step), input, moment))).toBe(EXPECTED[step][name] ?? taken);
  });
});

describe('a cancel', () => {
  const cancel = (payment: PaymentRecord) => {
    const decision = next(payment, { kind: 'cancel' }, AT);
    if (decision.outcome !== 'changed') throw new Error(`not accepted but ${decision.outcome}`);
    return decision.payment;
  };

  test('goes on through the reversal to the issuer, and to no other route', () => {
    const reversing = cancel(at('INQUIRE'));
    const voiding = next(reversing, { kind: 'reversed' }, AT);
    expect(said(voiding)).toBe('VOID_FOR_CANCEL');
    expect(next(reversing, { kind: 'cancel' }, AT).outcome).toBe('unchanged');
  });

  test('of a success over a connector is reversed at the partner before the issuer', () => {
    const decision = next(at('CAPTURE'), charged(ChargeState.CAPTURED), AT);
    if (decision.outcome !== 'changed') throw new Error('not captured');
    const reversing = cancel(decision.payment);
    expect(reversing).toMatchObject({ state: 'SUCCEEDED', step: 'REVERSE' });
    const voiding = next(reversing, { kind: 'reversed' }, AT);
    if (voiding.outcome !== 'stepped') throw new Error('not reversed');
    const cancelled = next(voiding.payment, { kind: 'fenced' }, AT);
    expect(cancelled).toMatchObject({ fact: 'cancelled', wasCaptured: true });
  });
});

test('a hold that was lost is no reason to try another route', () => {
  const lost = next(at('CAPTURE'), charged(ChargeState.VOIDED), AT);
  if (lost.outcome !== 'stepped') throw new Error('nothing follows');
  const ending = next(lost.payment, { kind: 'reversed' }, AT);
  expect(said(ending)).toBe('VOID_FOR_REFUSAL');
  if (ending.outcome !== 'stepped') throw new Error('nothing follows');
  const ended = next(ending.payment, { kind: 'fenced' }, AT);
  expect(ended).toMatchObject({ payment: { declineReason: DeclineReason.EXPIRED } });
});

test('a route without a connector takes over a hold by capturing it', () => {
  const routes = [ROUTES[0], routeTo('second')].flatMap((route) => route ?? []);
  const payment: PaymentRecord = { ...confirmedPayment(routes, NOW, WALLET_ID), step: 'CONFIRM' };
  expect(said(next(payment, refusal(false), AT))).toBe('CAPTURE second');
});
