import type { CurrencyCode, Rate } from '@causeway/money';
import { isOffered, OFFERED_CURRENCIES } from '../currencies.ts';
import { readRate } from './read-rate.ts';

/** One day of reference rates as published: units of each currency per euro. */
export interface ReferenceDay {
  /** The day that the rates are for, 'YYYY-MM-DD'. */
  day: string;
  /** Units per euro of the offered currencies that the file carries; never the euro itself. */
  perEuro: ReadonlyMap<CurrencyCode, Rate>;
}

/** The file is not what the ECB publishes, or not whole; the message says where. */
export class BadReferenceFile extends Error {
  override readonly name = 'BadReferenceFile';
}

/**
 * The real files are 2 kB, and 90 days of XML are 250 kB. What is larger is not such a file, and
 * is refused before a parser sees it.
 */
export const MAX_FILE_BYTES = 512 * 1024;

/** A day before it is checked: the texts of the file. */
export interface RawDay {
  day: string;
  rates: readonly (readonly [code: string, rate: string])[];
}

/** Checks one day: a real date, readable rates above zero, no currency twice. Throws `BadReferenceFile`. */
export function checkedDay({ day, rates }: RawDay): ReferenceDay {
  if (!isCalendarDay(day)) throw new BadReferenceFile(`${JSON.stringify(day)} is not a day`);
  const perEuro = new Map<CurrencyCode, Rate>();
  for (const [code, text] of rates) {
    if (!isOffered(code) || code === 'EUR') continue;
    if (perEuro.has(code)) throw new BadReferenceFile(`${code} stands there twice`);
    const rate = readRate(text);
    if (rate === undefined) throw new BadReferenceFile(`the rate of ${code} cannot be read`);
    perEuro.set(code, rate);
  }
  return { day, perEuro };
}

/** The offered currencies without a rate in the file, `pegged` ones aside. */
export function missingCurrencies(
  { perEuro }: ReferenceDay,
  pegged: ReadonlySet<CurrencyCode>,
): CurrencyCode[] {
  return OFFERED_CURRENCIES.filter(
    (code) => code !== 'EUR' && !pegged.has(code) && !perEuro.has(code),
  );
}

function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  // Date.parse reads February 30th as a day in March; only a real day comes back as itself.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}
