import {
  type CurrencyCode,
  compareRates,
  deviationBps,
  invertRate,
  type Rate,
} from '@causeway/money';
import { INNER_DIGITS } from '../rates.ts';
import type { SourcePrice } from '../sources/price.ts';
import type { PriceBook } from '../sources/price-book.ts';

/** What one liquidity provider offers the switch for a pair, in the direction of a payment. */
export interface Offer {
  readonly providerId: string;
  /** What it sells the payee's currency at: payee units per one payer unit. The more, the better. */
  readonly sells: Rate;
  /** Its middle, seen likewise. */
  readonly middle: Rate;
  /** Whether its middle is near enough to the others' for it to win. */
  readonly plausible: boolean;
  /** The price behind it; it may be quoted the other way round. */
  readonly price: SourcePrice;
}

/**
 * The fresh offers of all providers who price a pair directly, the best one first. Offers are
 * compared by what can be executed, since a middle between a good and a bad side costs nothing to
 * show: what the switch gets of the payee's currency for one unit of the payer's. That is the bid
 * of a price quoted payer/payee, and one over the ask of a price quoted payee/payer, rounded down.
 *
 * One whose middle is further than `distanceBps` from the median of all middles cannot win and
 * stands last. Of an even number the lower of the two in the middle is the median: where two
 * disagree and nobody can tell who is wrong, the one that looks too good is out. Equal offers are
 * ordered by their names, so that all replicas agree.
 */
export function offersOf(
  book: PriceBook,
  from: CurrencyCode,
  to: CurrencyCode,
  nowMs: number,
  distanceBps: number,
): Offer[] {
  const views = viewsOf(book, from, to, nowMs);
  const median = lowerMedian(views.map(({ middle }) => middle));
  if (median === undefined) return [];
  const offers = views.map((view) => ({
    ...view,
    plausible: deviationBps(view.middle, median) <= distanceBps,
  }));
  return offers.sort(betterFirst);
}

/**
 * What the same provider takes the payee's currency back at: payee units per one payer unit, the
 * fewer, the better for the switch. Rounded up, since that is the switch's loss.
 */
export function buysBackAt({ price }: Offer, from: CurrencyCode): Rate {
  return price.base === from ? price.ask : invertRate(price.bid, INNER_DIGITS, 'up');
}

type View = Omit<Offer, 'plausible'>;

function viewsOf(book: PriceBook, from: CurrencyCode, to: CurrencyCode, nowMs: number): View[] {
  const views: View[] = [];
  for (const price of book.pricesOf(from, to)) {
    if (price.kind !== 'provider' || nowMs >= price.freshUntilMs) continue;
    views.push({ providerId: price.sourceId, sells: price.bid, middle: price.mid, price });
  }
  const direct = new Set(views.map(({ providerId }) => providerId));
  for (const price of book.pricesOf(to, from)) {
    if (price.kind !== 'provider' || nowMs >= price.freshUntilMs) continue;
    if (direct.has(price.sourceId)) continue;
    const sells = invertRate(price.ask, INNER_DIGITS, 'down');
    const middle = invertRate(price.mid, INNER_DIGITS, 'half_even');
    views.push({ providerId: price.sourceId, sells, middle, price });
  }
  return views;
}

function lowerMedian(middles: Rate[]): Rate | undefined {
  return middles.sort(compareRates)[(middles.length - 1) >> 1];
}

function betterFirst(a: Offer, b: Offer): number {
  if (a.plausible !== b.plausible) return a.plausible ? -1 : 1;
  return compareRates(b.sells, a.sells) || (a.providerId < b.providerId ? -1 : 1);
}
