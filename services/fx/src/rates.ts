import { type Rate, roundRate } from '@causeway/money';

/**
 * Significant digits of every rate that leaves this service. At nine the last digit is worth
 * less than a minor unit on any amount that a wallet may pay.
 */
export const RATE_DIGITS = 9;

/** Digits of rates that go into another one: kept long, so that the result is rounded once. */
export const INNER_DIGITS = 12;

/** a × b, exact before it is rounded half to even: crosses, and pegs on top of a rate. */
export function productRate(a: Rate, b: Rate, digits: number): Rate {
  return roundRate({ digits: a.digits * b.digits, scale: a.scale + b.scale }, digits, 'half_even');
}
