import { DeclineReason } from '@causeway/proto/common';
import { ChargeState } from '@causeway/proto/wallet';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PaymentRecord, RefundRecord } from '../record.ts';
import { chargeOf, moment, pendingPayment } from '../testing.ts';
import { next } from './next.ts';
import { REFUND_WINDOW_MS } from './refund.ts';
import type { Decision, Input } from './types.ts';

function after(decision: Decision): PaymentRecord {
  if (decision.outcome !== 'changed' && decision.outcome !== 'stepped') {
    throw new Error(`nothing changed: ${JSON.stringify(decision)}`);
  }
  return decision.payment;
}

const succeeded = () => {
  const payment = pendingPayment();
  const charge = chargeOf(payment, ChargeState.CAPTURED);
  return after(next(payment, { kind: 'charged', charge }, moment()));
};

const refundOf = (amountMinor: bigint, id = 'r1', ofDispute = false): Input => ({
  kind: 'refund',
  refund: {
    refundId: id,
    refundRequestId: id,
    payeeAmount: { currencyCode: 'JPY', amountMinor },
    reason: '',
    ofDispute,
  },
});

describe('the outcome of a charge', () => {
  test('captured: succeeds with both clearing days, and the code is masked', () => {
    const payment = succeeded();
    expect(payment).toMatchObject({
      state: 'SUCCEEDED',
      step: 'DONE',
      version: 2,
      dueAt: undefined,
      acquirerClearingDate: '2026-03-13',
      issuerClearingDate: '2026-03-13',
      payerReference: '852101**************1234',
    });
  });

  test("captured on terms of an earlier plan: the issuer's record wins", () => {
    const payment = pendingPayment();
    const charge = chargeOf(payment, ChargeState.CAPTURED);
    const payerAmount = { currencyCode: 'HKD', amountMinor: 6400n };
    const payeeAmount = { currencyCode: 'JPY', amountMinor: 1280n };
    const earlier = { payerAmount, payeeAmount, conversion: undefined };
    const result = after(
      next(payment, { kind: 'charged', charge: { ...charge, earlier } }, moment()),
    );
    expect(result.payerAmount).toEqual(payerAmount);
    expect(result.terms).toEqual({ ...payment.terms, payeeAmount, conversion: undefined });
  });

  test("declined: keeps the issuer's reason", () => {
    const payment = pendingPayment();
    const charge = chargeOf(payment, ChargeState.DECLINED, DeclineReason.INSUFFICIENT_FUNDS);
    const decision = next(payment, { kind: 'charged', charge }, moment());
    expect(decision).toMatchObject({ outcome: 'changed', fact: 'declined' });
    expect(after(decision).declineReason).toBe(DeclineReason.INSUFFICIENT_FUNDS);
  });

  test('held, or said again after the end: nothing changes', () => {
    const payment = pendingPayment();
    const held = { kind: 'charged', charge: chargeOf(payment, ChargeState.HELD) } as const;
    expect(next(payment, held, moment())).toEqual({ outcome: 'unchanged' });
    const done = succeeded();
    const declined = { kind: 'charged', charge: chargeOf(done, ChargeState.DECLINED) } as const;
    expect(next(done, declined, moment())).toEqual({ outcome: 'unchanged' });
  });

  test('unseen after the end of its time: fenced first, declined only after the fence', () => {
    const fencing = after(next(pendingPayment(), { kind: 'unseen' }, moment()));
    expect(fencing).toMatchObject({ state: 'PENDING', step: 'VOID_FOR_EXPIRY' });
    const ended = after(next(fencing, { kind: 'fenced' }, moment()));
    expect(ended).toMatchObject({ state: 'DECLINED', declineReason: DeclineReason.EXPIRED });
  });
});

describe('cancel', () => {
  test('of a pending payment wins over a success that comes later', () => {
    const cancelling = after(next(pendingPayment(), { kind: 'cancel' }, moment()));
    const charge = chargeOf(cancelling, ChargeState.CAPTURED);
    expect(next(cancelling, { kind: 'charged', charge }, moment()).outcome).toBe('unchanged');
    const decision = next(cancelling, { kind: 'fenced' }, moment());
    expect(decision).toMatchObject({ fact: 'cancelled', wasCaptured: false });
    expect(after(decision).state).toBe('CANCELLED');
  });

  test('of a success says so, for the books', () => {
    const cancelling = after(next(succeeded(), { kind: 'cancel' }, moment()));
    expect(cancelling).toMatchObject({ state: 'SUCCEEDED', step: 'VOID_FOR_CANCEL' });
    expect(next(cancelling, { kind: 'fenced' }, moment())).toMatchObject({ wasCaptured: true });
  });

  test.each([
    ['PAYMENT_REFUNDED', { refundedPayeeMinor: 1n }, moment()],
    ['CANCEL_TOO_LATE', {}, moment({ cancelOpen: false })],
  ])('is refused with %s', (reason, changes, at) => {
    const payment = { ...succeeded(), ...changes };
    expect(next(payment, { kind: 'cancel' }, at)).toEqual({ outcome: 'refused', reason });
  });

  test('twice changes nothing the second time', () => {
    const cancelling = after(next(pendingPayment(), { kind: 'cancel' }, moment()));
    expect(next(cancelling, { kind: 'cancel' }, moment()).outcome).toBe('unchanged');
    const cancelled = after(next(cancelling, { kind: 'fenced' }, moment()));
    expect(next(cancelled, { kind: 'cancel' }, moment()).outcome).toBe('unchanged');
  });
});

describe('refund', () => {
  test.each([
    ['PAYMENT_NOT_SUCCEEDED', pendingPayment(), refundOf(1n), moment()],
    ['REFUND_EXCEEDS_PAYMENT', succeeded(), refundOf(1281n), moment()],
    [
      'REFUND_TOO_LATE',
      succeeded(),
      refundOf(1n),
      moment({ now: new Date(pendingPayment().createdAt.getTime() + REFUND_WINDOW_MS + 1) }),
    ],
  ])('is refused with %s', (reason, payment, input, at) => {
    expect(next(payment, input, at)).toEqual({ outcome: 'refused', reason });
  });

  test('in another currency is refused', () => {
    const input = refundOf(1n);
    if (input.kind !== 'refund') throw new Error('not a refund');
    input.refund.payeeAmount = { currencyCode: 'HKD', amountMinor: 1n };
    expect(next(succeeded(), input, moment())).toMatchObject({ reason: 'CURRENCY_MISMATCH' });
  });

  test('by the outcome of a dispute takes what is left, however late, and nothing twice', () => {
    const late = new Date(pendingPayment().createdAt.getTime() + 2 * REFUND_WINDOW_MS);
    const at = moment({ now: late });
    const partly = after(next(succeeded(), refundOf(1_000n), moment()));
    const outcome = next(partly, refundOf(1_280n, 'd1', true), at);
    expect(outcome).toMatchObject({
      outcome: 'changed',
      payment: { refundedPayeeMinor: 1_280n, refundedPayerMinor: 6_421n },
      refund: { payeeAmount: { currencyCode: 'JPY', amountMinor: 280n } },
    });
    const again = next(after(outcome), refundOf(1n, 'd2', true), at);
    expect(again).toEqual({ outcome: 'refused', reason: 'REFUND_EXCEEDS_PAYMENT' });
    const cancelling = after(next(succeeded(), { kind: 'cancel' }, moment()));
    expect(next(cancelling, refundOf(1n, 'd3', true), at)).toEqual({
      outcome: 'refused',
      reason: 'PAYMENT_NOT_SUCCEEDED',
    });
  });
});

/** What the machine may be told, by name, so that a sequence reads well when it fails. */
const told = fc.oneof(
  fc.constantFrom('captured', 'declined', 'voided', 'held', 'unseen', 'fenced', 'cancel'),
  fc.record({ refund: fc.bigInt({ min: 1n, max: 1500n }), ofDispute: fc.boolean() }),
  fc.constant('refunded'),
);

/** A refund of the acquirer's, or of the outcome of a dispute. */
interface Refunding {
  refund: bigint;
  ofDispute: boolean;
}

/** The simplest thing that could be right: states and sums, no plan, no versions. */
class Model {
  state = 'PENDING';
  fencing: string | undefined;
  captured = 0n;
  refunded = 0n;

  hear(word: string | Refunding): void {
    if (typeof word === 'object') {
      const ready = this.state === 'SUCCEEDED' && !this.fencing;
      const left = this.captured - this.refunded;
      const fits = word.refund <= left;
      if (ready && (fits || word.ofDispute)) this.refunded += fits ? word.refund : left;
      return;
    }
    if (word === 'fenced' && this.fencing) {
      this.state = this.fencing;
      this.fencing = undefined;
    } else if (word === 'cancel') {
      if (this.state === 'PENDING') this.fencing = 'CANCELLED';
      if (this.state === 'SUCCEEDED' && this.refunded === 0n) this.fencing = 'CANCELLED';
    } else if (this.state === 'PENDING' && !this.fencing) {
      if (word === 'captured') {
        this.state = 'SUCCEEDED';
        this.captured = 1280n;
      }
      if (word === 'declined') this.state = 'DECLINED';
      if (word === 'voided') this.state = 'CANCELLED';
      if (word === 'unseen') this.fencing = 'DECLINED';
    }
  }
}

const CHARGES: Record<string, ChargeState> = {
  captured: ChargeState.CAPTURED,
  declined: ChargeState.DECLINED,
  voided: ChargeState.VOIDED,
  held: ChargeState.HELD,
};

function inputOf(
  word: string | Refunding,
  payment: PaymentRecord,
  open: RefundRecord[],
  index: number,
): Input | undefined {
  if (typeof word === 'object') return refundOf(word.refund, `r${index}`, word.ofDispute);
  const state = CHARGES[word];
  if (state !== undefined) {
    const reason = word === 'declined' ? DeclineReason.CODE_USED : DeclineReason.UNSPECIFIED;
    return { kind: 'charged', charge: chargeOf(payment, state, reason) };
  }
  if (word === 'refunded') {
    const refund = open.pop();
    return refund && { kind: 'refunded', refund };
  }
  return { kind: word as 'unseen' | 'fenced' | 'cancel' };
}

test('whatever it is told, in whatever order, it agrees with a simple model', () => {
  fc.assert(
    fc.property(fc.array(told, { maxLength: 30 }), (words) => {
      const model = new Model();
      const open: RefundRecord[] = [];
      let payment = pendingPayment();
      let payerReturned = 0n;
      words.forEach((word, index) => {
        const input = inputOf(word, payment, open, index);
        if (!input) return;
        model.hear(word);
        const decision = next(payment, input, moment());
        if (decision.outcome === 'changed' || decision.outcome === 'stepped') {
          expect(decision.payment.version).toBe(payment.version + 1);
          payment = decision.payment;
        }
        if (decision.outcome === 'changed' && decision.refund?.state === 'PENDING') {
          const { refund } = decision;
          open.push(refund);
          payerReturned += refund.payerAmount.amountMinor;
          const parts = refund.midMinor + refund.markupMinor + refund.residualMinor;
          expect(parts).toBe(refund.payerAmount.amountMinor);
        }
        expect(payment.state).toBe(model.state);
        expect(payment.refundedPayeeMinor).toBe(model.refunded);
        expect(payment.refundedPayerMinor).toBe(payerReturned);
        expect(payment.step === 'DONE').toBe(payment.dueAt === undefined);
        expect(payment.step !== 'DONE').toBe(model.state === 'PENDING' || !!model.fencing);
      });
      if (payment.refundedPayeeMinor === 1280n) expect(payerReturned).toBe(6421n);
    }),
    { numRuns: 1_000 },
  );
}, 20_000);
