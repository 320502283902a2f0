import { divide, powerOfTen, type Rounding } from './division.ts';
import { MoneyError } from './errors.ts';
import type { Rate } from './rate.ts';

/**
 * Basis points with four decimals, as a whole number of ten-thousandths of one: 1.25 bps is
 * 12_500n. Costs are compared in it, so that equal costs are equal on every machine.
 */
export type FineBps = bigint;

const DECIMALS = 4;
const PER_BPS = powerOfTen(DECIMALS);
/** All of something: 10,000 basis points. */
const WHOLE = 10_000n * PER_BPS;
/** Nobody keeps the remainder of a figure that is only compared. */
const ROUNDING: Rounding = 'half_even';

/** A whole number of basis points. Throws a RangeError where it is none. */
export function fineBps(bps: number): FineBps {
  return BigInt(bps) * PER_BPS;
}

/** What `part` is of `whole`, both at least 0 and the whole above 0. Throws `BAD_DIVISION`. */
export function partInBps(part: bigint, whole: bigint): FineBps {
  return divide(part * WHOLE, whole, ROUNDING);
}

/** A part of a figure, as a fraction of counts: 500 bps times 3 of 12. Throws `BAD_DIVISION`. */
export function fractionOf(bps: FineBps, count: bigint, of: bigint): FineBps {
  return divide(bps * count, of, ROUNDING);
}

/**
 * How much more the payer pays at `rate` than at `midRate`, with four decimals; negative where it
 * is less. `markupBps` is the same, rounded up to what is disclosed.
 */
export function spreadInBps(midRate: Rate, rate: Rate): FineBps {
  const mid = midRate.digits * powerOfTen(rate.scale);
  const allIn = rate.digits * powerOfTen(midRate.scale);
  return mid >= allIn ? partInBps(mid - allIn, allIn) : -partInBps(allIn - mid, allIn);
}

const TEXT = /^(\d{1,5})(?:\.(\d{1,4}))?$/;

/**
 * Reads what `formatBps` writes of a share: '85', '12.5', with four decimals at most, from 0 to
 * 10,000. No sign, no exponent. Throws `BAD_BPS`.
 */
export function parseBps(text: string): FineBps {
  const [, whole, fraction = ''] = TEXT.exec(text) ?? [];
  const bps = whole === undefined ? -1n : BigInt(whole + fraction.padEnd(DECIMALS, '0'));
  if (bps >= 0n && bps <= WHOLE) return bps;
  throw new MoneyError('BAD_BPS', 'a share is 0 to 10000 basis points with up to four decimals');
}

/** The part of an amount, both at least 0, rounded down. Throws `BAD_DIVISION`. */
export function bpsOf(amountMinor: bigint, bps: FineBps): bigint {
  return divide(amountMinor * bps, WHOLE, 'down');
}

/** Basis points as a decimal string without trailing zeros: `1.25`, `-3`, `0`. */
export function formatBps(bps: FineBps): string {
  return decimal(bps, DECIMALS);
}

/** The same as a fraction of one, as a decimal string: 9,950 bps is `0.995`. */
export function formatFraction(bps: FineBps): string {
  return decimal(bps, DECIMALS + 4);
}

function decimal(value: bigint, places: number): string {
  const sign = value < 0n ? '-' : '';
  const digits = String(value < 0n ? -value : value).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -places)}${fraction === '' ? '' : `.${fraction}`}`;
}
