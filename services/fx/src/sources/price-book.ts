import type { CurrencyCode } from '@causeway/money';
import { type PairKey, pairKey } from '../pairs.ts';
import type { SourcePrice } from './price.ts';

/** The last accepted price of every source for every pair: what the market is made of. */
export class PriceBook {
  readonly #prices = new Map<PairKey, Map<string, SourcePrice>>();

  /** Takes a price unless the source's own last one is newer; answers whether it was taken. */
  put(price: SourcePrice): boolean {
    const key = pairKey(price.base, price.quote);
    const bySource = this.#prices.get(key) ?? new Map<string, SourcePrice>();
    const last = bySource.get(price.sourceId);
    if (last && (last.observedAtMs ?? 0) > (price.observedAtMs ?? 0)) return false;
    this.#prices.set(key, bySource.set(price.sourceId, price));
    return true;
  }

  /** The last accepted price of one source, however old. */
  of(sourceId: string, base: CurrencyCode, quote: CurrencyCode): SourcePrice | undefined {
    return this.#prices.get(pairKey(base, quote))?.get(sourceId);
  }

  /** The prices of all sources in this orientation, fresh or not. */
  pricesOf(base: CurrencyCode, quote: CurrencyCode): Iterable<SourcePrice> {
    return this.#prices.get(pairKey(base, quote))?.values() ?? [];
  }

  /** Every price at hand, fresh or not. */
  *all(): Generator<SourcePrice> {
    for (const bySource of this.#prices.values()) yield* bySource.values();
  }
}
