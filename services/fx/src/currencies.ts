import type { CurrencyCode } from '@causeway/money';

/** How far apart honest sources may be: the wider of its two currencies' classes rules a pair. */
export const CURRENCY_CLASSES = ['dollar', 'major', 'emerging'] as const;

/** One of the classes, from the calmest to the liveliest. */
export type CurrencyClass = (typeof CURRENCY_CLASSES)[number];

// Offering a currency is a line here; the reference file must carry it, or a peg must.
const OFFERED: Readonly<Record<CurrencyCode, CurrencyClass>> = {
  BHD: 'dollar',
  CNY: 'major',
  EUR: 'major',
  GBP: 'major',
  HKD: 'dollar',
  IDR: 'emerging',
  JPY: 'major',
  KRW: 'emerging',
  MOP: 'dollar',
  MYR: 'emerging',
  PHP: 'emerging',
  SGD: 'major',
  THB: 'emerging',
  USD: 'dollar',
};

/** The currencies that are converted, in the order of their codes. */
export const OFFERED_CURRENCIES: readonly CurrencyCode[] = Object.keys(OFFERED).sort();

/** Whether rates are offered for this code. */
export function isOffered(code: string): code is CurrencyCode {
  return Object.hasOwn(OFFERED, code);
}

/** The class whose tolerances apply to a pair of offered currencies. */
export function classOfPair(one: CurrencyCode, other: CurrencyCode): CurrencyClass {
  const rank = Math.max(rankOf(one), rankOf(other));
  return CURRENCY_CLASSES[rank] ?? 'emerging';
}

function rankOf(code: CurrencyCode): number {
  const found = OFFERED[code];
  if (found === undefined) throw new Error(`${code} is not offered`);
  return CURRENCY_CLASSES.indexOf(found);
}
