import { MoneyError } from './errors.ts';

/** An ISO 4217 alphabetic code that `currency()` knows. */
export type CurrencyCode = string;

/** What Causeway knows of one currency. */
export interface Currency {
  readonly code: CurrencyCode;
  /** ISO 4217 numeric code with its leading zeros, as EMVCo QR tag 53 carries it. */
  readonly numeric: string;
  /** Decimal places of the minor unit: 0 for JPY, 2 for HKD, 3 for KWD. */
  readonly exponent: number;
  /** Smallest amount that can be paid, in minor units: 100 for IDR, whose amounts end in 00. */
  readonly step: bigint;
  readonly name: string;
}

// Adding a currency is a line here; a test compares each line with the ISO 4217 list.
const TABLE: readonly Currency[] = [
  { code: 'BHD', numeric: '048', exponent: 3, step: 1n, name: 'Bahraini Dinar' },
  { code: 'CNY', numeric: '156', exponent: 2, step: 1n, name: 'Yuan Renminbi' },
  { code: 'EUR', numeric: '978', exponent: 2, step: 1n, name: 'Euro' },
  { code: 'GBP', numeric: '826', exponent: 2, step: 1n, name: 'Pound Sterling' },
  { code: 'HKD', numeric: '344', exponent: 2, step: 1n, name: 'Hong Kong Dollar' },
  { code: 'IDR', numeric: '360', exponent: 2, step: 100n, name: 'Rupiah' },
  { code: 'JPY', numeric: '392', exponent: 0, step: 1n, name: 'Yen' },
  { code: 'KRW', numeric: '410', exponent: 0, step: 1n, name: 'Won' },
  { code: 'KWD', numeric: '414', exponent: 3, step: 1n, name: 'Kuwaiti Dinar' },
  { code: 'MOP', numeric: '446', exponent: 2, step: 1n, name: 'Pataca' },
  { code: 'MYR', numeric: '458', exponent: 2, step: 1n, name: 'Malaysian Ringgit' },
  { code: 'PHP', numeric: '608', exponent: 2, step: 1n, name: 'Philippine Peso' },
  { code: 'SGD', numeric: '702', exponent: 2, step: 1n, name: 'Singapore Dollar' },
  { code: 'THB', numeric: '764', exponent: 2, step: 1n, name: 'Baht' },
  { code: 'USD', numeric: '840', exponent: 2, step: 1n, name: 'US Dollar' },
  { code: 'VND', numeric: '704', exponent: 0, step: 1n, name: 'Dong' },
];

const byCode = new Map(TABLE.map((entry) => [entry.code, entry]));
const byNumeric = new Map(TABLE.map((entry) => [entry.numeric, entry]));

/** The currency of an alphabetic code; throws `UNKNOWN_CURRENCY`. Codes are upper case. */
export function currency(code: string): Currency {
  const found = byCode.get(code);
  if (found === undefined) throw new MoneyError('UNKNOWN_CURRENCY', `unknown currency ${code}`);
  return found;
}

/** The currency of an ISO numeric code such as '344'; throws `UNKNOWN_CURRENCY`. */
export function currencyByNumeric(numeric: string): Currency {
  const found = byNumeric.get(numeric);
  if (found === undefined) throw new MoneyError('UNKNOWN_CURRENCY', `unknown currency ${numeric}`);
  return found;
}

/** Whether `currency(code)` would answer. */
export function isCurrency(code: string): code is CurrencyCode {
  return byCode.has(code);
}

/** Every known currency, in order of its code. */
export function currencies(): readonly Currency[] {
  return TABLE;
}
