import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refundedPartsSoFar, refundedPayerSoFar } from './refund.ts';

const captured = fc.bigInt({ min: 1n, max: 10n ** 9n });
const cuts = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 12 });

/** Refunds a payment in parts in the given proportions; answers what the payer got each time. */
function refundInParts(payer: bigint, payee: bigint, weights: number[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  let weightSoFar = 0;
  let payerSoFar = 0n;
  return weights.map((weight) => {
    weightSoFar += weight;
    const payeeRefundedSoFar = (payee * BigInt(weightSoFar)) / BigInt(sum);
    const now = refundedPayerSoFar({
      payerCaptured: payer,
      payeeCaptured: payee,
      payeeRefundedSoFar,
    });
    const part = now - payerSoFar;
    payerSoFar = now;
    return part;
  });
}

test('partial refunds sum exactly to the capture, however they were cut', () => {
  fc.assert(
    fc.property(captured, captured, cuts, (payer, payee, weights) => {
      const parts = refundInParts(payer, payee, weights);
      expect(parts.every((part) => part >= 0n)).toBe(true);
      expect(parts.reduce((a, b) => a + b, 0n)).toBe(payer);
    }),
  );
});

test('splitting a refund gains nothing at any point', () => {
  fc.assert(
    fc.property(captured, captured, cuts, (payer, payee, weights) => {
      let payerSoFar = 0n;
      let weightSoFar = 0;
      const sum = weights.reduce((a, b) => a + b, 0);
      for (const [index, part] of refundInParts(payer, payee, weights).entries()) {
        payerSoFar += part;
        weightSoFar += weights[index] ?? 0;
        const payeeRefundedSoFar = (payee * BigInt(weightSoFar)) / BigInt(sum);
        // Never more than the exact share, and the same as one refund of the whole so far.
        expect(payerSoFar * payee).toBeLessThanOrEqual(payer * payeeRefundedSoFar);
        expect(payerSoFar).toBe(
          refundedPayerSoFar({ payerCaptured: payer, payeeCaptured: payee, payeeRefundedSoFar }),
        );
      }
    }),
  );
});

test('refuses more than was captured, and payments without a capture', () => {
  const refused = (code: string) => expect.objectContaining({ name: 'MoneyError', code });
  const refund = (payeeCaptured: bigint, payeeRefundedSoFar: bigint) =>
    refundedPayerSoFar({ payerCaptured: 100n, payeeCaptured, payeeRefundedSoFar });
  expect(() => refund(10n, 11n)).toThrow(refused('REFUND_EXCEEDS_CAPTURE'));
  expect(() => refund(0n, 0n)).toThrow(refused('BAD_AMOUNT'));
  expect(() => refund(10n, -1n)).toThrow(refused('BAD_AMOUNT'));
});

test('the parts of growing refunds never shrink, sum to what was given back, and end complete', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 6n });
  const steps = fc.array(fc.bigInt({ min: 0n, max: 10n ** 6n }), { maxLength: 20 });
  fc.assert(
    fc.property(
      amount,
      amount,
      fc.bigInt({ min: 0n, max: 100n }),
      steps,
      (mid, markup, residual, cuts) => {
        const captured = { midMinor: mid, markupMinor: markup, residualMinor: residual };
        const total = mid + markup + residual;
        const sums = [
          ...cuts.filter((cut) => cut <= total).sort((a, b) => (a < b ? -1 : 1)),
          total,
        ];
        let before = { midMinor: 0n, markupMinor: 0n, residualMinor: 0n };
        for (const sum of sums) {
          const now = refundedPartsSoFar(captured, sum);
          expect(now.midMinor + now.markupMinor + now.residualMinor).toBe(sum);
          expect(now.midMinor >= before.midMinor).toBe(true);
          expect(now.markupMinor >= before.markupMinor).toBe(true);
          expect(now.residualMinor >= before.residualMinor).toBe(true);
          before = now;
        }
        expect(before).toEqual(captured);
      },
    ),
  );
});
