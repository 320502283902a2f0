import { type CurrencyCode, compareRates, invertRate, meanRate, type Rate } from '@causeway/money';
import { INNER_DIGITS } from '../rates.ts';
import type { SourceKind, SourcePrice } from '../sources/price.ts';
import type { PriceBook } from '../sources/price-book.ts';
import { type Offer, offersOf } from './offers.ts';

/** The middle of one pair as some sources see it. */
export interface Middle {
  /** Payee units per payer unit, not yet cut to the digits that are shown. */
  readonly rate: Rate;
  /** When the oldest price in it was observed; undefined where it comes from pegs alone. */
  readonly observedAtMs: number | undefined;
  /** Until when all of its prices are fresh. */
  readonly freshUntilMs: number;
  readonly sources: readonly string[];
  /** What providers offered, the one that made the middle first; none where they made none. */
  readonly offers: readonly Offer[];
}

/**
 * What the sources say directly of a pair, quoted either way round. The first kind in `order`
 * that has a fresh price decides alone. Among providers the best offer that may win makes the
 * middle; among other sources the median does.
 *
 * @param distanceBps how far an offer may be from the other providers' and still win
 */
export function directMiddle(
  book: PriceBook,
  from: CurrencyCode,
  to: CurrencyCode,
  { order, distanceBps }: { order: readonly SourceKind[]; distanceBps: number },
  nowMs: number,
): Middle | undefined {
  for (const kind of order) {
    const middle =
      kind === 'provider'
        ? bestOffer(offersOf(book, from, to, nowMs, distanceBps))
        : median(freshViews(book, from, to, nowMs, kind));
    if (middle !== undefined) return middle;
  }
  return undefined;
}

/** The median of what all providers but one say of a pair: its own price is held against it. */
export function othersMiddle(
  book: PriceBook,
  from: CurrencyCode,
  to: CurrencyCode,
  nowMs: number,
  except: string,
): Rate | undefined {
  const views = freshViews(book, from, to, nowMs, 'provider');
  return median(views.filter(({ price }) => price.sourceId !== except))?.rate;
}

function bestOffer(offers: readonly Offer[]): Middle | undefined {
  const [best] = offers;
  if (best === undefined) return undefined;
  const { middle: rate, providerId, price } = best;
  // The others decided whether it may win, so that the end of their freshness counts, too.
  const { freshUntilMs } = agesOf(offers.map((offer) => offer.price));
  return { rate, observedAtMs: price.observedAtMs, freshUntilMs, sources: [providerId], offers };
}

/** One price seen in the direction of the payment. */
interface View {
  rate: Rate;
  price: SourcePrice;
}

function freshViews(
  book: PriceBook,
  from: CurrencyCode,
  to: CurrencyCode,
  nowMs: number,
  kind: SourceKind,
): View[] {
  const views: View[] = [];
  for (const price of book.pricesOf(from, to)) {
    if (price.kind === kind && nowMs < price.freshUntilMs) views.push({ rate: price.mid, price });
  }
  for (const price of book.pricesOf(to, from)) {
    if (price.kind !== kind || nowMs >= price.freshUntilMs) continue;
    views.push({ rate: invertRate(price.mid, INNER_DIGITS, 'half_even'), price });
  }
  return views;
}

/** Of an even number the mean of the two in the middle, rounded half to even. */
function median(views: View[]): Middle | undefined {
  if (views.length === 0) return undefined;
  views.sort((a, b) => compareRates(a.rate, b.rate));
  const half = views.length >> 1;
  const middle = views.slice(views.length % 2 === 1 ? half : half - 1, half + 1);
  const [low, high] = middle;
  if (low === undefined) throw new Error('a median of nothing');
  const rate = high === undefined ? low.rate : meanRate(low.rate, high.rate, 'half_even');
  // Every view decided where the middle is, so that each one's age counts.
  const ages = agesOf(views.map(({ price }) => price));
  return { rate, ...ages, sources: namesOf(views), offers: [] };
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
