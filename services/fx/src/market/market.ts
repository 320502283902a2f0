import { type CurrencyCode, formatRate, type Rate, roundRate } from '@causeway/money';
import { type CurrencyClass, classOfPair } from '../currencies.ts';
import { OFFERED_PAIRS, type PairKey, pairKey } from '../pairs.ts';
import { RATE_DIGITS } from '../rates.ts';
import type { SourceKind } from '../sources/price.ts';
import type { PriceBook } from '../sources/price-book.ts';
import { middleOf } from './cross.ts';
import { directMiddle } from './merge.ts';
import type { Offer } from './offers.ts';

/** How source prices become one market. */
export interface MarketPolicy {
  /** Which kinds of source count, the preferred first. */
  order: readonly SourceKind[];
  /** Currencies to cross through where no source prices a pair directly, the preferred first. */
  pivots: readonly CurrencyCode[];
  /** How far a provider's middle may be from the others' for its offer to win. */
  offerDistanceBps: Readonly<Record<CurrencyClass, number>>;
}

/** The market's middle of one pair. A new price makes a new object, so identity tells a change. */
export interface Mid {
  readonly from: CurrencyCode;
  readonly to: CurrencyCode;
  readonly rate: Rate;
  /** The rate in its one text. */
  readonly text: string;
  readonly observedAtMs: number | undefined;
  readonly freshUntilMs: number;
  readonly sources: readonly string[];
  /** What providers offered, the one that made the middle first. */
  readonly offers: readonly Offer[];
}

/**
 * The middles of all pairs. They are computed again where a price came in, or where one that is
 * asked for has outlived its prices; never because somebody asks.
 */
export class Market {
  readonly #book: PriceBook;
  readonly #policy: MarketPolicy;
  readonly #mids = new Map<PairKey, Mid>();
  readonly #listeners = new Set<(changed: readonly Mid[]) => void>();

  constructor(book: PriceBook, policy: MarketPolicy) {
    this.#book = book;
    this.#policy = policy;
  }

  /** The middle of a pair, made of fresh prices only. */
  midOf(key: PairKey, nowMs: number): Mid | undefined {
    const known = this.#mids.get(key);
    if (known === undefined || nowMs < known.freshUntilMs) return known;
    // Some of its prices went stale; the others may still make a market.
    return this.#recompute(key, nowMs);
  }

  /** Takes note that the book has new prices of these pairs, and tells who listens. */
  refresh(priced: Iterable<{ base: CurrencyCode; quote: CurrencyCode }>, nowMs: number): void {
    const changed: Mid[] = [];
    for (const key of this.#affectedBy(priced)) {
      const before = this.#mids.get(key);
      const after = this.#recompute(key, nowMs);
      if (after !== undefined && after.text !== before?.text) changed.push(after);
    }
    if (changed.length === 0) return;
    for (const listener of this.#listeners) listener(changed);
  }

  /** Tells `listener` of changed middles until the answer is called. It must return at once. */
  onChange(listener: (changed: readonly Mid[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #affectedBy(priced: Iterable<{ base: CurrencyCode; quote: CurrencyCode }>): Set<PairKey> {
    const affected = new Set<PairKey>();
    for (const { base, quote } of priced) {
      affected.add(pairKey(base, quote)).add(pairKey(quote, base));
      if (this.#policy.pivots.includes(base)) addPairsWith(quote, affected);
      if (this.#policy.pivots.includes(quote)) addPairsWith(base, affected);
    }
    return affected;
  }

  #recompute(key: PairKey, nowMs: number): Mid | undefined {
    const mid = this.#compute(key, nowMs);
    if (mid === undefined) this.#mids.delete(key);
    else this.#mids.set(key, mid);
    return mid;
  }

  #compute(key: PairKey, nowMs: number): Mid | undefined {
    const pair = OFFERED_PAIRS.get(key);
    if (pair === undefined) throw new Error(`${key} is not an offered pair`);
    const { order, pivots, offerDistanceBps } = this.#policy;
    const middle = middleOf(pair.from, pair.to, pivots, (from, to) => {
      const distanceBps = offerDistanceBps[classOfPair(from, to)];
      return directMiddle(this.#book, from, to, { order, distanceBps }, nowMs);
    });
    if (middle === undefined) return undefined;
    const rate = roundRate(middle.rate, RATE_DIGITS, 'half_even');
    return { ...pair, ...middle, rate, text: formatRate(rate) };
  }
}

function addPairsWith(code: CurrencyCode, to: Set<PairKey>): void {
  for (const [key, pair] of OFFERED_PAIRS) {
    if (pair.from === code || pair.to === code) to.add(key);
  }
}
