import { type CurrencyCode, currency } from './currency.ts';
import { powerOfTen } from './division.ts';
import { MoneyError } from './errors.ts';

/** An amount of one currency in its minor units; the shape of `causeway.common.v1.Money`. */
export interface Money {
  currencyCode: CurrencyCode;
  amountMinor: bigint;
}

/**
 * No amount passes this in either direction. It leaves a factor of 9,000 below int64, so that
 * sums over many amounts still fit the wire and the database.
 */
export const MAX_AMOUNT_MINOR = 10n ** 15n;

/** Returns the amount if it lies within ±MAX_AMOUNT_MINOR; throws `AMOUNT_OUT_OF_RANGE`. */
export function checkedAmount(amountMinor: bigint): bigint {
  if (amountMinor > MAX_AMOUNT_MINOR || amountMinor < -MAX_AMOUNT_MINOR) {
    throw new MoneyError('AMOUNT_OUT_OF_RANGE', `amount ${amountMinor} is out of range`);
  }
  return amountMinor;
}

/** The same, and at least 0; throws `BAD_AMOUNT` for a negative amount. */
export function checkedNonNegative(amountMinor: bigint): bigint {
  if (amountMinor < 0n) throw new MoneyError('BAD_AMOUNT', `amount ${amountMinor} is negative`);
  return checkedAmount(amountMinor);
}

/**
 * Whether a merchant can be paid this amount: above 0, within range, and a multiple of the
 * currency's step. Throws `UNKNOWN_CURRENCY`.
 */
export function isPayable(amountMinor: bigint, code: CurrencyCode): boolean {
  const { step } = currency(code);
  return amountMinor > 0n && amountMinor <= MAX_AMOUNT_MINOR && amountMinor % step === 0n;
}

const MAJOR_PATTERN = /^(-?)(\d{1,16})(?:\.(\d{1,16}))?$/;

/**
 * Reads a decimal string of major units into minor units: '64.21' HKD is 6421n. Nothing is
 * rounded: digits beyond the minor unit must be zeros, else `AMOUNT_NOT_REPRESENTABLE`.
 * No signs but '-', no grouping, no exponent: `BAD_AMOUNT`. Also throws `AMOUNT_OUT_OF_RANGE`.
 */
export function parseMajor(text: string, code: CurrencyCode): bigint {
  const { exponent } = currency(code);
  const match = MAJOR_PATTERN.exec(text);
  if (match === null) throw new MoneyError('BAD_AMOUNT', 'not a decimal amount');
  const [, sign = '', whole = '', fraction = ''] = match;
  if (/[1-9]/.test(fraction.slice(exponent))) {
    throw new MoneyError('AMOUNT_NOT_REPRESENTABLE', `${code} has ${exponent} decimal places`);
  }
  const magnitude = BigInt(whole + fraction.slice(0, exponent).padEnd(exponent, '0'));
  return checkedAmount(sign === '-' ? -magnitude : magnitude);
}

/** Writes minor units as a decimal string of major units, '64.21'; the inverse of `parseMajor`. */
export function formatMajor(amountMinor: bigint, code: CurrencyCode): string {
  const { exponent } = currency(code);
  const sign = amountMinor < 0n ? '-' : '';
  const magnitude = amountMinor < 0n ? -amountMinor : amountMinor;
  if (exponent === 0) return `${sign}${magnitude}`;
  const unit = powerOfTen(exponent);
  const fraction = String(magnitude % unit).padStart(exponent, '0');
  return `${sign}${magnitude / unit}.${fraction}`;
}

/** Writes an amount for people, with its currency and thousands grouped: 'JPY 1,280'. */
export function formatMoney(money: Money): string {
  const [whole = '', fraction] = formatMajor(money.amountMinor, money.currencyCode).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${money.currencyCode} ${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}
