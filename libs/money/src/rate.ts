import { divide, powerOfTen, type Rounding } from './division.ts';
import { MoneyError } from './errors.ts';

/**
 * An exchange rate: payee MAJOR units per one payer MAJOR unit, equal to digits / 10^scale.
 * It is always positive, carries at most 12 significant digits and no trailing zero after the
 * point, so each value has one form and its text recomputes an amount exactly anywhere.
 */
export interface Rate {
  readonly digits: bigint;
  readonly scale: number;
}

/** Most significant digits a rate can carry. */
export const MAX_RATE_DIGITS = 12;
// Rates lie from 10^-9 to 10^9: one dinar is about 80,000 dong, so the bound has room to spare.
// It also keeps whole numbers below 12 digits, so a length is a count of significant digits.
const RATE_BOUND = 10n ** 9n;

const RATE_PATTERN = /^(\d{1,16})(?:\.(\d{1,32}))?$/;

/**
 * Reads a decimal string such as '19.5312'. A text with more than 12 significant digits (leading
 * and trailing zeros do not count) throws `RATE_TOO_PRECISE`, unless `excess` names how to round
 * it; a market feed names one, a quote that must recompute exactly does not. Zero, signs and
 * exponents throw `BAD_RATE`; a rate outside 10^-9..10^9 throws `RATE_OUT_OF_RANGE`.
 */
export function parseRate(text: string, excess?: Rounding): Rate {
  const match = RATE_PATTERN.exec(text);
  if (match === null) throw new MoneyError('BAD_RATE', 'not a decimal rate');
  const [, whole = '', fraction = ''] = match;
  const digits = BigInt(whole + fraction);
  const scale = fraction.length;
  if (excess !== undefined) {
    return rateFromFraction(digits, powerOfTen(scale), MAX_RATE_DIGITS, excess);
  }
  const rate = canonical(digits, scale);
  if (decimalLength(rate.digits) > MAX_RATE_DIGITS) {
    throw new MoneyError('RATE_TOO_PRECISE', `rate has more than ${MAX_RATE_DIGITS} digits`);
  }
  return rate;
}

/** Writes a rate in its one form, without trailing zeros; the inverse of `parseRate`. */
export function formatRate(rate: Rate): string {
  if (rate.scale === 0) return String(rate.digits);
  const padded = String(rate.digits).padStart(rate.scale + 1, '0');
  const point = padded.length - rate.scale;
  return `${padded.slice(0, point)}.${padded.slice(point)}`;
}

/** Below 0 if `a` is the lower rate (the payer pays more), 0 if equal, above 0 if the higher. */
export function compareRates(a: Rate, b: Rate): -1 | 0 | 1 {
  const left = a.digits * powerOfTen(b.scale);
  const right = b.digits * powerOfTen(a.scale);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Cuts a rate to `digits` significant digits (1 to 12) with the named rounding. */
export function roundRate(rate: Rate, digits: number, rounding: Rounding): Rate {
  return rateFromFraction(rate.digits, powerOfTen(rate.scale), digits, rounding);
}

/**
 * The rate of the opposite direction, 1 / rate, to `digits` significant digits. Inverting twice
 * need not give the first rate back: 'down' in each step leaves the remainder with the switch.
 */
export function invertRate(rate: Rate, digits: number, rounding: Rounding): Rate {
  return rateFromFraction(powerOfTen(rate.scale), rate.digits, digits, rounding);
}

/**
 * The payer→payee rate out of two rates against one common base (ECB style: units per euro):
 * payee per base ÷ payer per base, rounded once, to `digits` significant digits.
 */
export function crossRate(
  legs: { payerPerBase: Rate; payeePerBase: Rate },
  digits: number,
  rounding: Rounding,
): Rate {
  const { payerPerBase, payeePerBase } = legs;
  const numerator = payeePerBase.digits * powerOfTen(payerPerBase.scale);
  const denominator = payerPerBase.digits * powerOfTen(payeePerBase.scale);
  return rateFromFraction(numerator, denominator, digits, rounding);
}

/** The mean of two rates (mid of bid and ask, or a median's middle), to 12 significant digits. */
export function meanRate(a: Rate, b: Rate, rounding: Rounding): Rate {
  const sum = a.digits * powerOfTen(b.scale) + b.digits * powerOfTen(a.scale);
  return rateFromFraction(sum, 2n * powerOfTen(a.scale + b.scale), MAX_RATE_DIGITS, rounding);
}

/**
 * The exact fraction numerator / denominator as a rate of at most `digits` significant digits.
 * Rounding happens once. Rounded 'down', the remainder stays with whoever sells the payee
 * currency, which is the switch; rounded 'up', the payer gains it.
 */
export function rateFromFraction(
  numerator: bigint,
  denominator: bigint,
  digits: number,
  rounding: Rounding,
): Rate {
  if (!Number.isInteger(digits) || digits < 1 || digits > MAX_RATE_DIGITS) {
    throw new MoneyError('BAD_DIGITS', `a rate has 1 to ${MAX_RATE_DIGITS} digits`);
  }
  if (numerator <= 0n || denominator <= 0n) throw new MoneyError('BAD_RATE', 'not positive');
  let scale = digits - decimalLength(numerator) + decimalLength(denominator);
  // The lengths alone leave the magnitude open by one digit; the quotient settles it.
  if (scaledFloor(numerator, denominator, scale) >= powerOfTen(digits)) scale -= 1;
  if (scale >= 0) {
    return canonical(divide(numerator * powerOfTen(scale), denominator, rounding), scale);
  }
  const unit = powerOfTen(-scale);
  return canonical(divide(numerator, denominator * unit, rounding) * unit, 0);
}

function scaledFloor(numerator: bigint, denominator: bigint, scale: number): bigint {
  if (scale >= 0) return (numerator * powerOfTen(scale)) / denominator;
  return numerator / (denominator * powerOfTen(-scale));
}

function canonical(digits: bigint, scale: number): Rate {
  if (digits === 0n) throw new MoneyError('BAD_RATE', 'a rate is above zero');
  let trimmed = digits;
  let places = scale;
  while (places > 0 && trimmed % 10n === 0n) {
    trimmed /= 10n;
    places -= 1;
  }
  const tooHigh = trimmed > powerOfTen(places) * RATE_BOUND;
  const tooLow = trimmed * RATE_BOUND < powerOfTen(places);
  if (tooHigh || tooLow) {
    throw new MoneyError('RATE_OUT_OF_RANGE', 'rate is outside 10^-9 to 10^9');
  }
  return { digits: trimmed, scale: places };
}

function decimalLength(value: bigint): number {
  return String(value).length;
}
