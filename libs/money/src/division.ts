import { MoneyError } from './errors.ts';

/** 'up' and 'down' go away from and towards zero; 'half_even' goes to the nearest, ties to even. */
export type Rounding = 'up' | 'down' | 'half_even';

/**
 * Divides integers and rounds in the named direction. The caller says who keeps the remainder.
 * The denominator must be positive and the numerator at least 0; throws `BAD_DIVISION`.
 */
export function divide(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  if (denominator <= 0n || numerator < 0n) {
    throw new MoneyError('BAD_DIVISION', 'division takes a numerator >= 0 and a denominator > 0');
  }
  const floor = numerator / denominator;
  const remainder = numerator % denominator;
  if (remainder === 0n || rounding === 'down') return floor;
  if (rounding === 'up') return floor + 1n;
  const twice = remainder * 2n;
  if (twice === denominator) return floor + (floor & 1n);
  return twice > denominator ? floor + 1n : floor;
}

const POWERS_OF_TEN = Array.from({ length: 64 }, (_, exponent) => 10n ** BigInt(exponent));

/** Ten to the power of an integer from 0 up; a table, since a bigint power costs ten lookups. */
export function powerOfTen(exponent: number): bigint {
  return POWERS_OF_TEN[exponent] ?? 10n ** BigInt(exponent);
}
