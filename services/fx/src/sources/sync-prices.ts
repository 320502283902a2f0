import type { Database } from '@causeway/db';
import { judgePrice } from '../guards/price-guard.ts';
import { pairKey } from '../pairs.ts';
import { type PriceDesk, providerPrice } from './accept-prices.ts';
import type { SourcePrice } from './price.ts';
import { loadPrices, type StoredPrice, savePrices } from './store.ts';

/**
 * Keeps the book and the database alike: what this process accepted goes out, what another
 * replica accepted, or this one before a restart, comes in. Only the latest price of each source
 * and pair waits to be written, so that a database that is away makes nothing grow.
 */
export class PriceSync {
  readonly #db: Database;
  readonly #desk: PriceDesk;
  readonly #providers: ReadonlySet<string>;
  readonly #unsaved = new Map<string, SourcePrice>();

  /** @param providers who counts as a source; rows of a provider that left are ignored */
  constructor(db: Database, desk: PriceDesk, providers: readonly string[]) {
    this.#db = db;
    this.#desk = desk;
    this.#providers = new Set(providers);
  }

  /** Takes note of accepted prices; they are written at the next `sync`. */
  note(accepted: readonly SourcePrice[]): void {
    for (const price of accepted) {
      this.#unsaved.set(`${price.sourceId} ${pairKey(price.base, price.quote)}`, price);
    }
  }

  /** Writes what is unsaved, then takes in what is fresh in the database and newer than ours. */
  async sync(): Promise<void> {
    await this.#save();
    const { clock, guard, book, market } = this.#desk;
    const stored = await loadPrices(this.#db, clock.nowMs() - guard.freshMs);
    const taken = stored.flatMap((price) => this.#judged(price) ?? []).filter((p) => book.put(p));
    if (taken.length > 0) market.refresh(taken, clock.nowMs());
  }

  async #save(): Promise<void> {
    const prices = [...this.#unsaved];
    if (prices.length === 0) return;
    await savePrices(
      this.#db,
      prices.map(([, price]) => price),
    );
    for (const [key, price] of prices) {
      // A newer one may have come while the statement ran; that one still waits.
      if (this.#unsaved.get(key) === price) this.#unsaved.delete(key);
    }
  }

  /** A stored price passed the guards once, but the reference may have changed since. */
  #judged(stored: StoredPrice): SourcePrice | undefined {
    const { sourceId, base, quote, bid, ask, observedAtMs } = stored;
    const { book, guard, reference, clock } = this.#desk;
    const known = book.of(sourceId, base, quote);
    const isNews = (known?.observedAtMs ?? 0) < observedAtMs;
    if (!isNews || !this.#providers.has(sourceId)) return undefined;
    const offered = { baseCurrencyCode: base, quoteCurrencyCode: quote, bid, ask, observedAtMs };
    const judgement = judgePrice(offered, guard, () => ({
      nowMs: clock.nowMs(),
      reference: reference.lastRate(pairKey(base, quote))?.rate,
      others: undefined,
      lastObservedAtMs: known?.observedAtMs,
    }));
    return 'sound' in judgement ? providerPrice(sourceId, judgement.sound, guard) : undefined;
  }
}
