import { PaymentMethod } from '@causeway/proto/common';
import fc from 'fast-check';
import type { Story } from './facts.fixture.ts';

const amount = fc.bigInt({ min: 1n, max: 10n ** 9n });
const METHODS = [
  PaymentMethod.CODE,
  PaymentMethod.MERCHANT_QR,
  PaymentMethod.CASHIER,
  PaymentMethod.AGREEMENT,
];
const CURRENCIES = ['JPY', 'THB', 'HKD'];

/**
 * Payments of every kind and of two wallet operators: with and without a conversion, with a markup below zero, refunded in
 * parts that sum to the whole, or cancelled.
 */
export const anyStory: fc.Arbitrary<Story> = fc
  .record({
    name: fc.uuid(),
    method: fc.constantFrom(...METHODS),
    issuerId: fc.constantFrom('harbour-wallet', 'peak-wallet'),
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
  .map(({ mid, markup, residual, payee, end, cuts, ...named }) => {
    const parts: Story['parts'] =
      named.payeeCurrency === 'HKD' ? [payee, 0n, 0n] : [mid + 1n, markup, residual];
    return {
      ...named,
      ...{ parts, payeeMinor: payee },
      refunds: end === 'refunded' ? refundsOf(payee, parts, cuts) : [],
      cancelled: end === 'cancelled',
    };
  });

/** Refunds in the way of routing: what was given back so far follows the payee's amount. */
function refundsOf(
  payeeMinor: bigint,
  parts: Story['parts'],
  cuts: readonly number[],
): Story['refunds'] {
  const soFar = [...cuts, 100].map((percent) => (payeeMinor * BigInt(percent)) / 100n);
  const ends = [...new Set([0n, ...soFar])].sort((a, b) => (a < b ? -1 : 1));
  return ends.slice(1).map((end, index) => {
    const start = ends[index] ?? 0n;
    const between = (part: bigint) => (part * end) / payeeMinor - (part * start) / payeeMinor;
    return { payeeMinor: end - start, parts: parts.map(between) as Story['parts'] };
  });
}
