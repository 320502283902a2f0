import { checkedNonNegative, type Money } from './amount.ts';
import { currency } from './currency.ts';
import { divide } from './division.ts';
import { MoneyError } from './errors.ts';

const BPS = 10_000n;

/**
 * A percentage of an amount, `bps` in hundredths of a percent (0 to 10,000, whole), rounded to the
 * nearest amount that can be paid, ties to even: a fee that a code adds. Throws `BAD_BPS`,
 * `BAD_AMOUNT`, `AMOUNT_OUT_OF_RANGE`, `UNKNOWN_CURRENCY`.
 */
export function shareOf({ currencyCode, amountMinor }: Money, bps: number): bigint {
  if (!Number.isInteger(bps) || bps < 0 || bps > 10_000) {
    throw new MoneyError('BAD_BPS', 'a share is a whole number of basis points from 0 to 10000');
  }
  const { step } = currency(currencyCode);
  const numerator = checkedNonNegative(amountMinor) * BigInt(bps);
  return divide(numerator, BPS * step, 'half_even') * step;
}
