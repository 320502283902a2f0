import { divide, powerOfTen, type Rounding } from './division.ts';
import { MoneyError } from './errors.ts';
import { MAX_RATE_DIGITS, type Rate, rateFromFraction } from './rate.ts';

const BPS = 10_000n;

/**
 * The all-in rate that charges the payer `bps` basis points (0 to 9,999, whole) more than `rate`:
 * rate ÷ (1 + bps/10,000). The payer's cost, not the rate, grows by exactly the disclosed
 * percentage, which is what a disclosed markup over a reference rate means. Rounded 'down' to 12
 * significant digits, the remainder is the switch's. Throws `BAD_BPS`.
 */
export function applyBps(rate: Rate, bps: number, rounding: Rounding): Rate {
  if (!Number.isInteger(bps) || bps < 0 || bps >= 10_000) {
    throw new MoneyError('BAD_BPS', 'a markup is a whole number of basis points from 0 to 9999');
  }
  const factor = BPS + BigInt(bps);
  return rateFromFraction(
    rate.digits * BPS,
    powerOfTen(rate.scale) * factor,
    MAX_RATE_DIGITS,
    rounding,
  );
}

/**
 * How much more the payer pays at `rate` than at `midRate`, in basis points: the disclosed
 * markup. A positive markup rounds up, so that what is disclosed is never less than what is
 * charged; a rate better than mid gives a negative number, rounded towards zero.
 */
export function markupBps(midRate: Rate, rate: Rate): number {
  const mid = midRate.digits * powerOfTen(rate.scale);
  const allIn = rate.digits * powerOfTen(midRate.scale);
  if (mid >= allIn) return Number(divide((mid - allIn) * BPS, allIn, 'up'));
  return -Number(divide((allIn - mid) * BPS, allIn, 'down'));
}

/**
 * The distance of a rate from a reference, in basis points of the reference, rounded up: a guard
 * that refuses above a bound never lets a rate pass for the sake of rounding.
 */
export function deviationBps(rate: Rate, reference: Rate): number {
  const left = rate.digits * powerOfTen(reference.scale);
  const right = reference.digits * powerOfTen(rate.scale);
  const distance = left > right ? left - right : right - left;
  return Number(divide(distance * BPS, right, 'up'));
}
