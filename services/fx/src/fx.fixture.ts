import { Secret } from '@causeway/runtime';
import { type ManualRuntime, manualRuntime } from '@causeway/runtime/testing';
import bundled from '../reference/eurofxref-2026-04-13.csv';
import { LiveBoards } from './boards/live-boards.ts';
import type { OfferedPrice } from './guards/price-guard.ts';
import { Market } from './market/market.ts';
import { DEFAULT_MARKUP_POLICY } from './markup/default-policy.ts';
import { parseMarkupPolicy } from './markup/policy.ts';
import { PriceList } from './markup/price-list.ts';
import type { QuoteDesk } from './quotes/create-quote.ts';
import { DEFAULT_PEGS, parsePegs } from './reference/pegs.ts';
import { Reference } from './reference/reference.ts';
import type { PriceDesk } from './sources/accept-prices.ts';
import { acceptPrices } from './sources/accept-prices.ts';
import { useFixedFile } from './sources/ecb-source.ts';
import { pegPrice } from './sources/peg-source.ts';
import { PriceBook } from './sources/price-book.ts';
import { RefusalLog } from './sources/refusal-log.ts';

/** The whole service in memory, on a clock that a test moves: for tests and measurements only. */
export interface Fixture {
  runtime: ManualRuntime;
  book: PriceBook;
  market: Market;
  reference: Reference;
  list: PriceList;
  live: LiveBoards;
  desk: PriceDesk;
  quotes: QuoteDesk;
  /** Has a provider publish prices observed now, like 'HKD/JPY 23.39 23.41'. */
  publish(sourceId: string, ...prices: string[]): ReturnType<typeof acceptPrices>;
}

export const TIMING = { periodMs: 5_000, showMs: 10_000, guaranteeMs: 75_000 };

/** Prices near the sandbox day's reference, one for each currency, in HKD. */
export const SOUND_PRICES = [
  'HKD/BHD 0.048005 0.048014',
  'HKD/CNY 0.8723 0.8725',
  'HKD/EUR 0.10927 0.10929',
  'HKD/GBP 0.09513 0.09515',
  'HKD/IDR 2193.5 2195.7',
  'HKD/JPY 20.404 20.413',
  'HKD/KRW 190.2 190.3',
  'HKD/MYR 0.5074 0.5077',
  'HKD/PHP 7.685 7.692',
  'HKD/SGD 0.16294 0.16298',
  'HKD/THB 4.122 4.124',
  'HKD/USD 0.12768 0.12769',
];

export function fixture(markup = DEFAULT_MARKUP_POLICY): Fixture {
  const runtime = manualRuntime();
  const { clock } = runtime;
  const book = new PriceBook();
  const market = new Market(book, {
    ...{ order: ['provider', 'peg'], pivots: ['HKD', 'USD', 'EUR'] },
    offerDistanceBps: { dollar: 20, major: 60, emerging: 120 },
  });
  const reference = new Reference(6);
  const pegs = parsePegs(DEFAULT_PEGS);
  const pegPrices = pegs.map(pegPrice);
  for (const price of pegPrices) book.put(price);
  market.refresh(pegPrices, clock.nowMs());
  useFixedFile(bundled, { runtime, reference, book, market, pegs });
  const list = new PriceList(parseMarkupPolicy(markup), reference);
  const live = new LiveBoards();
  const desk: PriceDesk = {
    clock,
    book,
    market,
    reference,
    refusals: new RefusalLog(),
    guard: {
      freshMs: 20_000,
      maxAheadMs: 2_000,
      referenceBps: { dollar: 150, major: 500, emerging: 800 },
      sourcesBps: { dollar: 50, major: 150, emerging: 300 },
    },
  };
  const tokenKey = { id: 'k1', key: new Secret<Uint8Array>(Buffer.alloc(32, 7)) };
  const prices = { market, list, live };
  const quotes = { clock, random: runtime.random, prices, ttlMs: 60_000, tokenKey };
  const publish = (sourceId: string, ...texts: string[]) =>
    acceptPrices(
      desk,
      sourceId,
      texts.map((text) => offered(text, clock.nowMs())),
    );
  return { runtime, book, market, reference, list, live, desk, quotes, publish };
}

/** A price in short: 'HKD/JPY 20.40 20.42'. */
export function offered(text: string, observedAtMs: number | undefined): OfferedPrice {
  const [pair = '', bid = '', ask = ''] = text.split(' ');
  const [baseCurrencyCode = '', quoteCurrencyCode = ''] = pair.split('/');
  return { baseCurrencyCode, quoteCurrencyCode, bid, ask, observedAtMs };
}
