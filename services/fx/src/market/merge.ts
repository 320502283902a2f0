import { type CurrencyCode, compareRates, invertRate, meanRate, type Rate } from '@causeway/money';
import { INNER_DIGITS } from '../rates.ts';
import type { SourceKind, SourcePrice } from '../sources/price.ts';
import type { PriceBook } from '../sources/price-book.ts';

/** The middle of one pair as some sources see it. */
export interface Middle {
  /** Payee units per payer unit, not yet cut to the digits that are shown. */
  readonly rate: Rate;
  /** When the oldest price in it was observed; undefined where it comes from pegs alone. */
  readonly observedAtMs: number | undefined;
  /** Until when all of its prices are fresh. */
  readonly freshUntilMs: number;
  readonly sources: readonly string[];
}

/**
 * What the sources say directly of a pair, quoted either way round. The first kind in `order`
 * that has a fresh price decides alone; among several prices of that kind the median counts, and
 * of an even number the mean of the two in the middle, rounded half to even.
 *
 * @param except a source to leave out, so that its own price can be held against the others
 */
export function directMiddle(
  book: PriceBook,
  from: CurrencyCode,
  to: CurrencyCode,
  order: readonly SourceKind[],
  nowMs: number,
  except?: string,
): Middle | undefined {
  const views = freshViews(book, from, to, nowMs);
  const fresh = views.filter(({ price }) => price.sourceId !== except);
  for (const kind of order) {
    const ranked = fresh.filter((view) => view.price.kind === kind);
    if (ranked.length > 0) return median(ranked);
  }
  return undefined;
}

/** One price seen in the direction of the payment. */
interface View {
  rate: Rate;
  price: SourcePrice;
}

function freshViews(book: PriceBook, from: CurrencyCode, to: CurrencyCode, nowMs: number): View[] {
  const views: View[] = [];
  for (const price of book.pricesOf(from, to)) {
    if (nowMs < price.freshUntilMs) views.push({ rate: price.mid, price });
  }
  for (const price of book.pricesOf(to, from)) {
    if (nowMs >= price.freshUntilMs) continue;
    views.push({ rate: invertRate(price.mid, INNER_DIGITS, 'half_even'), price });
  }
  return views;
}

function median(views: View[]): Middle {
  views.sort((a, b) => compareRates(a.rate, b.rate));
  const half = views.length >> 1;
  const middle = views.slice(views.length % 2 === 1 ? half : half - 1, half + 1);
  const [low, high] = middle;
  if (low === undefined) throw new Error('a median of nothing');
  const rate = high === undefined ? low.rate : meanRate(low.rate, high.rate, 'half_even');
  // Every view decided where the middle is, so that each one's age counts.
  return { rate, ...agesOf(views.map(({ price }) => price)), sources: namesOf(views) };
}

function namesOf(views: readonly View[]): string[] {
  return [...new Set(views.map(({ price }) => price.sourceId))].sort();
}

/** The oldest observation and the earliest end of freshness. */
export function agesOf(
  parts: readonly { observedAtMs: number | undefined; freshUntilMs: number }[],
): Pick<Middle, 'observedAtMs' | 'freshUntilMs'> {
  const observedMs = parts.flatMap((part) => part.observedAtMs ?? []);
  return {
    observedAtMs: observedMs.length === 0 ? undefined : Math.min(...observedMs),
    freshUntilMs: Math.min(...parts.map((part) => part.freshUntilMs)),
  };
}
