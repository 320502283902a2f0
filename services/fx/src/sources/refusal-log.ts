import { isOffered } from '../currencies.ts';
import type { OfferedPrice } from '../guards/price-guard.ts';
import { type PairKey, pairKey } from '../pairs.ts';

/** What the guards refused of one source and pair since the start. */
export interface RefusalRecord {
  sourceId: string;
  /** Empty where the pair is not an offered one: only one record is kept for all of those. */
  base: string;
  quote: string;
  count: bigint;
  /** The last refusal in words. */
  last: string;
}

/** Counts refusals by source and pair, for operators. Its size is bounded by the offered pairs. */
export class RefusalLog {
  readonly #records = new Map<string, Map<PairKey, RefusalRecord>>();

  note(sourceId: string, price: OfferedPrice, words: string): void {
    const { baseCurrencyCode, quoteCurrencyCode } = price;
    const known = isOffered(baseCurrencyCode) && isOffered(quoteCurrencyCode);
    const [base, quote] = known ? [baseCurrencyCode, quoteCurrencyCode] : ['', ''];
    const ofSource = this.#records.get(sourceId) ?? new Map<PairKey, RefusalRecord>();
    const key = pairKey(base, quote);
    const record = ofSource.get(key) ?? { sourceId, base, quote, count: 0n, last: '' };
    record.count += 1n;
    record.last = words;
    this.#records.set(sourceId, ofSource.set(key, record));
  }

  of(sourceId: string, base: string, quote: string): RefusalRecord | undefined {
    return this.#records.get(sourceId)?.get(pairKey(base, quote));
  }

  *all(): Generator<RefusalRecord> {
    for (const ofSource of this.#records.values()) yield* ofSource.values();
  }
}
