import fc from 'fast-check';
import type { Story } from './facts.fixture.ts';

const amount = fc.bigInt({ min: 1n, max: 10n ** 9n });
const CURRENCIES = ['JPY', 'THB', 'HKD'];

/**
 * Payments of every kind: with and without a conversion, with a markup below zero, refunded in
 * parts that sum to the whole, or cancelled.
 */
export const anyStory: fc.Arbitrary<Story> = fc
  .record({
    name: fc.uuid(),
    partnerId: fc.constantFrom('sakura', 'siam'),
    payeeCurrency: fc.constantFrom(...CURRENCIES),
    mid: amount,
    // Never so far below zero that the payer would pay nothing.
    markup: fc.bigInt({ min: -1n, max: 10n ** 6n }),
    residual: fc.bigInt({ min: 0n, max: 1n }),
    payee: amount,
    end: fc.constantFrom('kept' as const, 'cancelled' as const, 'refunded' as const),
    cuts: fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 2 }),
  })
  .map(({ name, partnerId, payeeCurrency, mid, markup, residual, payee, end, cuts }) => {
    const parts: Story['parts'] =
      payeeCurrency === 'HKD' ? [payee, 0n, 0n] : [mid + 1n, markup, residual];
    return {
      ...{ name, partnerId, payeeCurrency, parts, payeeMinor: payee },
      refunds: end === 'refunded' ? refundsOf(payee, parts, cuts) : [],
      cancelled: end === 'cancelled',
    };
  });

/** Cuts every amount at the same percentages; the last piece takes what is left. */
function refundsOf(
  payeeMinor: bigint,
  parts: Story['parts'],
  cuts: readonly number[],
): Story['refunds'] {
  const ends = [...cuts.toSorted((a, b) => a - b), 100].map(BigInt);
  const piece = (whole: bigint, index: number) =>
    (whole * (ends[index] ?? 0n)) / 100n - (whole * (ends[index - 1] ?? 0n)) / 100n;
  return ends
    .map((_, index) => ({
      payeeMinor: piece(payeeMinor, index),
      parts: parts.map((part) => piece(part, index)) as Story['parts'],
    }))
    .filter((refund) => refund.payeeMinor > 0n);
}
