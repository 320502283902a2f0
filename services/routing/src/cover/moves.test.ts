import { ChargeState } from '@causeway/proto/wallet';
import { uuidFrom } from '@causeway/runtime';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { next } from '../payments/machine/next.ts';
import type { Input, IssuerRecord } from '../payments/machine/types.ts';
import type { RefundRecord } from '../payments/record.ts';
import { moment, pendingPayment } from '../payments/testing.ts';
import { declinedUncovered } from './decline.ts';
import { moveOf } from './moves.ts';

const said = (state: ChargeState, changes: Partial<IssuerRecord> = {}): Input => ({
  kind: 'charged',
  charge: { state, declineReason: 7, walletId: 'w1', ...changes },
});

const dearer = {
  payerAmount: { currencyCode: 'HKD', amountMinor: 7_000n },
  payeeAmount: { currencyCode: 'JPY', amountMinor: 1_280n },
  conversion: undefined,
};

const told = fc.oneof(
  fc.constantFrom<Input>(
    said(ChargeState.CAPTURED),
    said(ChargeState.DECLINED),
    said(ChargeState.VOIDED),
    said(ChargeState.CAPTURED, { earlier: dearer }),
    { kind: 'unseen' },
    { kind: 'fenced' },
    { kind: 'cancel' },
    { kind: 'refunded', refund: undefined as never },
  ),
  fc.bigInt({ min: 1n, max: 900n }).map((amountMinor): Input => {
    const refundRequestId = String(amountMinor);
    const payeeAmount = { currencyCode: 'JPY', amountMinor };
    const refundId = uuidFrom('test', refundRequestId);
    return { kind: 'refund', refund: { refundId, refundRequestId, payeeAmount, reason: '' } };
  }),
);

test('whatever a payment is told, its moves sum to what it holds of each cover', () => {
  const history = fc.record({
    issuerCovered: fc.boolean(),
    acquirerCovered: fc.boolean(),
    inputs: fc.array(told, { maxLength: 12 }),
  });
  fc.assert(
    fc.property(history, ({ issuerCovered, acquirerCovered, inputs }) => {
      let payment = pendingPayment({ issuerCovered });
      const moved = { issuer: 0n, acquirer: 0n };
      const add = (move: ReturnType<typeof moveOf>) => {
        if (move) moved[move.side] += move.minor;
      };
      add(moveOf(undefined, payment));
      const refunds: RefundRecord[] = [];
      const open: RefundRecord[] = [];
      for (const each of inputs) {
        const refund = open[0];
        if (each.kind === 'refunded' && !refund) continue;
        const input = each.kind === 'refunded' && refund ? { ...each, refund } : each;
        const decision = next(payment, input, moment({ acquirerCovered }));
        if (decision.outcome !== 'changed' && decision.outcome !== 'stepped') continue;
        const made = decision.outcome === 'changed' ? decision.refund : undefined;
        add(moveOf(payment, decision.payment, made));
        payment = decision.payment;
        if (made?.state === 'PENDING') open.push(made);
        if (made) refunds.push(made);
        if (made?.state === 'SUCCEEDED') open.shift();
      }
      const isHeld = payment.state === 'PENDING' || payment.state === 'SUCCEEDED';
      const paid = payment.payerAmount?.amountMinor ?? 0n;
      const backMinor = sum(refunds, 'SUCCEEDED', 'payerAmount');
      const holds = payment.issuerCovered && isHeld ? paid - backMinor : 0n;
      expect(moved.issuer).toBe(holds);
      expect(holds >= 0n).toBe(true);
      const cancelled = payment.acquirerCovered ? (payment.payeeAmount?.amountMinor ?? 0n) : 0n;
      const refunded = acquirerCovered ? sum(refunds, 'PENDING', 'payeeAmount') : 0n;
      expect(moved.acquirer).toBe(cancelled + refunded);
    }),
    { numRuns: 2_000 },
  );
});

function sum(
  refunds: readonly RefundRecord[],
  state: RefundRecord['state'],
  amount: 'payerAmount' | 'payeeAmount',
): bigint {
  const counted = refunds.filter((refund) => refund.state === state);
  return counted.reduce((total, refund) => total + refund[amount].amountMinor, 0n);
}

test('what is declined for want of cover holds nothing and keeps no code', () => {
  const declined = declinedUncovered(pendingPayment({ issuerCovered: true }));
  expect(moveOf(undefined, declined)).toBeUndefined();
  expect(declined).toMatchObject({ state: 'DECLINED', step: 'DONE', dueAt: undefined });
  expect(declined.payerReference).toMatch(/^\d{6}\*+\d{4}$/);
});
