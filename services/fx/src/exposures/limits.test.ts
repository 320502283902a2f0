import { expect, test } from 'vitest';
import { isOverLimit, limitOf, parseCoverLimits } from './limits.ts';

test("a pair's own limit counts before its payer's currency's; without one nothing is covered", () => {
  const limits = parseCoverLimits('HKD:100000, HKD-JPY:500.50');
  expect(limitOf(limits, { from: 'HKD', to: 'JPY' })).toBe(50_050n);
  expect(limitOf(limits, { from: 'HKD', to: 'THB' })).toBe(10_000_000n);
  expect(limitOf(limits, { from: 'SGD', to: 'THB' })).toBe(undefined);
  const over = (payerOpen: bigint, from = 'HKD') =>
    isOverLimit(limits, { from, to: 'JPY', payerOpen });
  expect([over(50_050n), over(50_051n), over(-50_051n), over(10n ** 15n, 'SGD')]).toEqual([
    ...[false, true, true, false],
  ]);
});

test.each(['', 'HKD', 'HKD:-1', 'ZZZ:1', 'HKD-HKD:1', 'HKD-ZZZ:1', 'HKD:1.005'])(
  'refuses %j',
  (text) => expect(() => parseCoverLimits(text)).toThrow(),
);
