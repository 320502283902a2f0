import { formatRate } from '@causeway/money';
import { isOffered } from '../currencies.ts';
import type { SourcePrice } from './price.ts';
import type { PriceBook } from './price-book.ts';
import type { RefusalLog } from './refusal-log.ts';

/** What one source says of one pair, for operators. */
export interface SourceStatus {
  sourceId: string;
  base: string;
  quote: string;
  /** Texts of the last accepted price; empty where none was ever taken. */
  bid: string;
  ask: string;
  observedAtMs: number | undefined;
  fresh: boolean;
  refusedCount: bigint;
  lastRefusal: string;
}

/** One row per source and pair: those with a price first, then those with refusals alone. */
export function listSources(book: PriceBook, refusals: RefusalLog, nowMs: number): SourceStatus[] {
  const priced = [...book.all()].map((price) => statusOf(price, refusals, nowMs));
  const unpriced = [...refusals.all()]
    .filter(({ sourceId, base, quote }) => !(isOffered(base) && book.of(sourceId, base, quote)))
    .map(({ count, last, ...pair }) => ({
      ...pair,
      bid: '',
      ask: '',
      observedAtMs: undefined,
      fresh: false,
      refusedCount: count,
      lastRefusal: last,
    }));
  return [...priced, ...unpriced];
}

function statusOf(price: SourcePrice, refusals: RefusalLog, nowMs: number): SourceStatus {
  const { sourceId, base, quote } = price;
  const refused = refusals.of(sourceId, base, quote);
  return {
    sourceId,
    base,
    quote,
    bid: formatRate(price.bid),
    ask: formatRate(price.ask),
    observedAtMs: price.observedAtMs,
    fresh: nowMs < price.freshUntilMs,
    refusedCount: refused?.count ?? 0n,
    lastRefusal: refused?.last ?? '',
  };
}
