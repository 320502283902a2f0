import { type CurrencyCode, crossRate, formatRate, parseRate, type Rate } from '@causeway/money';
import { OFFERED_PAIRS, type PairKey } from '../pairs.ts';
import { INNER_DIGITS, productRate, RATE_DIGITS } from '../rates.ts';
import type { ReferenceDay } from '../sources/ecb-file.ts';
import type { Peg } from './pegs.ts';

/** The public rate that a price is disclosed against. */
export interface ReferenceRate {
  readonly rate: Rate;
  /** The rate in its one text. */
  readonly text: string;
  /** Who published it and for which day: 'ECB 2026-03-13'; a peg in it is named too. */
  readonly source: string;
}

/** All offered pairs at the rates of one day. */
export interface ReferenceTable {
  /** 'YYYY-MM-DD'. */
  readonly day: string;
  readonly rates: ReadonlyMap<PairKey, ReferenceRate>;
}

const ONE = parseRate('1');

/**
 * Computes the table of a day: each pair is crossed through the euro and rounded once, half to
 * even, to the digits of all rates. A pegged currency that the file lacks follows its base.
 */
export function referenceTable(day: ReferenceDay, pegs: readonly Peg[]): ReferenceTable {
  const perEuro = new Map<CurrencyCode, Rate>([['EUR', ONE], ...day.perEuro]);
  const labels = new Map<CurrencyCode, string>();
  for (const { base, pegged, rate } of pegs) {
    const basePerEuro = perEuro.get(base);
    if (perEuro.has(pegged) || basePerEuro === undefined) continue;
    perEuro.set(pegged, productRate(basePerEuro, rate, INNER_DIGITS));
    labels.set(pegged, `, ${pegged} by its peg of ${formatRate(rate)} to ${base}`);
  }
  const rates = new Map<PairKey, ReferenceRate>();
  for (const [key, { from, to }] of OFFERED_PAIRS) {
    const payerPerBase = perEuro.get(from);
    const payeePerBase = perEuro.get(to);
    if (payerPerBase === undefined || payeePerBase === undefined) continue;
    const rate = crossRate({ payerPerBase, payeePerBase }, RATE_DIGITS, 'half_even');
    const source = `ECB ${day.day}${labels.get(from) ?? ''}${labels.get(to) ?? ''}`;
    rates.set(key, { rate, text: formatRate(rate), source });
  }
  return { day: day.day, rates };
}
