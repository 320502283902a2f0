import { columns, type Queryable } from '@causeway/db';
import { formatRate } from '@causeway/money';
import type { SourcePrice } from './price.ts';

/** A price as it is stored: texts, not yet judged again. */
export interface StoredPrice {
  sourceId: string;
  base: string;
  quote: string;
  bid: string;
  ask: string;
  observedAtMs: number;
}

interface PriceRow {
  source_id: string;
  base_currency_code: string;
  quote_currency_code: string;
  bid: string;
  ask: string;
  observed_at: Date;
}

/** Stores the last price of each source and pair, several in one statement, the newer one winning. */
export async function savePrices(db: Queryable, prices: readonly SourcePrice[]): Promise<void> {
  await db.query(
    `INSERT INTO source_prices AS kept
       (source_id, base_currency_code, quote_currency_code, bid, ask, observed_at)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::numeric[], $5::numeric[],
       $6::timestamptz[])
     ORDER BY 1, 2, 3
     ON CONFLICT (source_id, base_currency_code, quote_currency_code) DO UPDATE
       SET bid = excluded.bid, ask = excluded.ask, observed_at = excluded.observed_at
       WHERE kept.observed_at < excluded.observed_at`,
    columns(
      prices,
      (price) => price.sourceId,
      (price) => price.base,
      (price) => price.quote,
      (price) => formatRate(price.bid),
      (price) => formatRate(price.ask),
      (price) => new Date(price.observedAtMs ?? 0),
    ),
  );
}

/** The stored prices that were observed after a moment. */
export async function loadPrices(db: Queryable, observedAfterMs: number): Promise<StoredPrice[]> {
  const rows = await db.query<PriceRow>(
    `SELECT source_id, base_currency_code, quote_currency_code, bid, ask, observed_at
     FROM source_prices WHERE observed_at > $1`,
    [new Date(observedAfterMs)],
  );
  return rows.map((row) => ({
    sourceId: row.source_id,
    base: row.base_currency_code,
    quote: row.quote_currency_code,
    bid: row.bid,
    ask: row.ask,
    observedAtMs: row.observed_at.getTime(),
  }));
}
