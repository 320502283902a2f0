import { checkedNonNegative } from './amount.ts';
import { divide } from './division.ts';
import { MoneyError } from './errors.ts';

/**
 * Divides a total (minor units, at least 0) by weights into parts that sum exactly to it.
 * Each part is rounded down; the minor units left over go one each to the parts with the largest
 * remainders, the earlier part first among equals, so a weight of 0 gets nothing and the same
 * input always gives the same parts in the same order.
 * Throws `BAD_WEIGHTS` if there is no weight above 0, or one below.
 */
export function allocate(total: bigint, weights: readonly bigint[]): bigint[] {
  checkedNonNegative(total);
  const sum = weights.reduce((left, right) => left + right, 0n);
  if (sum <= 0n || weights.some((weight) => weight < 0n)) {
    throw new MoneyError('BAD_WEIGHTS', 'weights are at least 0 and not all 0');
  }
  const parts = weights.map((weight) => divide(total * weight, sum, 'down'));
  const remainders = weights.map((weight, index) => ({ index, value: (total * weight) % sum }));
  // The sort is stable, which is what puts the earlier part first among equals.
  remainders.sort((a, b) => (a.value === b.value ? 0 : a.value > b.value ? -1 : 1));
  let left = total - parts.reduce((a, b) => a + b, 0n);
  for (const { index } of remainders) {
    if (left === 0n) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return parts;
}
