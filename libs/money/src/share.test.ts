import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyAmount, anyCurrency } from './arbitraries.ts';
import { shareOf } from './share.ts';

test.each([
  ['THB', 10_000n, 1_000, 1_000n],
  ['JPY', 1_285n, 1_000, 128n],
  ['JPY', 1_275n, 1_000, 128n],
  ['IDR', 1_234_500n, 500, 61_700n],
  ['KWD', 1n, 9_999, 1n],
  ['HKD', 0n, 1_000, 0n],
])('%s %d at %d bps is %d', (currencyCode, amountMinor, bps, share) => {
  expect(shareOf({ currencyCode, amountMinor }, bps)).toBe(share);
});

test('a share is payable and at most half a step from the exact one', () => {
  fc.assert(
    fc.property(anyCurrency, anyAmount, fc.integer({ min: 0, max: 10_000 }), (currency, a, bps) => {
      const share = shareOf({ currencyCode: currency.code, amountMinor: a }, bps);
      expect(share % currency.step).toBe(0n);
      const error = share * 10_000n - a * BigInt(bps);
      expect(2n * (error < 0n ? -error : error) <= 10_000n * currency.step).toBe(true);
    }),
  );
});

test.each([-1, 0.5, 10_001, Number.NaN])('%d bps is no share', (bps) => {
  expect(() => shareOf({ currencyCode: 'HKD', amountMinor: 1n }, bps)).toThrow();
});
