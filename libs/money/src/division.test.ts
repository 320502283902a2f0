import { expect, test } from 'vitest';
import { divide, powerOfTen } from './division.ts';

test('rounds as it is told, also where half is left', () => {
  expect([7n, 8n, 9n, 10n].map((n) => divide(n, 4n, 'down'))).toEqual([1n, 2n, 2n, 2n]);
  expect([7n, 8n, 9n, 10n].map((n) => divide(n, 4n, 'up'))).toEqual([2n, 2n, 3n, 3n]);
  expect([6n, 9n, 10n, 11n].map((n) => divide(n, 4n, 'half_even'))).toEqual([2n, 2n, 2n, 3n]);
  expect(divide(0n, 1n, 'up')).toBe(0n);
});

test.each([
  [-1n, 4n],
  [1n, 0n],
  [1n, -4n],
  [-1n, -4n],
])('%d by %d is refused', (numerator, denominator) => {
  const refused = expect.objectContaining({ name: 'MoneyError', code: 'BAD_DIVISION' });
  expect(() => divide(numerator, denominator, 'down')).toThrow(refused);
});

test('powers of ten do not end with their table', () => {
  for (const exponent of [0, 1, 18, 63, 64, 70]) {
    expect(powerOfTen(exponent)).toBe(BigInt(`1${'0'.repeat(exponent)}`));
  }
});
