import { expect, test } from 'vitest';
import { judge } from './judge.ts';

const standing = (keptMinor: bigint, changes = {}) => ({
  ...{ paymentId: 'p', keptAmount: { currencyCode: 'HKD', amountMinor: keptMinor } },
  ...{ atRest: true, unchangedMs: 60_000n, ...changes },
});

test.each([
  ['even', 100n, 100n, undefined],
  ['even', 100n, 100n, standing(0n)],
  ['on its way', 100n, 0n, standing(0n, { atRest: false })],
  ['on its way', 100n, 0n, standing(100n, { unchangedMs: 29_999n })],
  ['unbooked', 100n, 0n, standing(100n)],
  ['unbooked', 70n, 100n, standing(70n)],
  ['mismatch', 100n, 0n, standing(0n)],
  ['mismatch', 100n, 0n, undefined],
  ['mismatch', 0n, 100n, standing(100n)],
  ['mismatch', 100n, 70n, standing(70n)],
])('%s: the wallet took %d, %d is booked', (verdict, takenMinor, bookedMinor, known) => {
  expect(judge({ paymentId: 'p', takenMinor, bookedMinor, standing: known })).toBe(verdict);
});
