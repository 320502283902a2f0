import { type CurrencyCode, formatRate, roundRate } from '@causeway/money';
import { uuidFrom } from '@causeway/runtime';
import type { Market } from '../market/market.ts';
import type { Offer } from '../market/offers.ts';
import type { Terms } from '../markup/ladder.ts';
import type { PriceList } from '../markup/price-list.ts';
import { OFFERED_PAIRS } from '../pairs.ts';
import { RATE_DIGITS } from '../rates.ts';
import type { BoardTiming } from './grid.ts';

/** What each currency costs a payer, and until when that is promised. Never changes. */
export interface Board {
  readonly boardId: string;
  readonly payerCurrency: CurrencyCode;
  readonly publishedAtMs: number;
  readonly showUntilMs: number;
  readonly guaranteeUntilMs: number;
  /** Terms of small amounts by payee currency, in the order of the codes. */
  readonly entries: ReadonlyMap<CurrencyCode, Terms>;
  /** What providers offered then by payee currency, the one that made the middle first. */
  readonly offers: ReadonlyMap<CurrencyCode, readonly BoardOffer[]>;
}

/** What one liquidity provider sold a currency at: payee units per payer unit, as text. */
export interface BoardOffer {
  readonly providerId: string;
  readonly rate: string;
}

/** The id of a board, the same in every replica of the instance. */
export function boardIdOf(instance: string, payerCurrency: CurrencyCode, gridMs: number): string {
  return uuidFrom('rate_board', instance, payerCurrency, String(gridMs));
}

/**
 * Makes the board of a grid start out of the market as it is. A pair whose market or reference is
 * not fresh has no entry; undefined where no pair has one.
 */
export function makeBoard(
  market: Market,
  prices: PriceList,
  timing: BoardTiming,
  board: { instance: string; payerCurrency: CurrencyCode; gridMs: number; nowMs: number },
): Board | undefined {
  const { instance, payerCurrency, gridMs, nowMs } = board;
  const entries = new Map<CurrencyCode, Terms>();
  const offers = new Map<CurrencyCode, readonly BoardOffer[]>();
  for (const [key, { from, to }] of OFFERED_PAIRS) {
    if (from !== payerCurrency) continue;
    const mid = market.midOf(key, nowMs);
    if (mid === undefined) continue;
    const ladder = prices.ladderFor(mid, '', nowMs);
    if (ladder === undefined) continue;
    entries.set(to, ladder[0].terms);
    if (mid.offers.length > 0) offers.set(to, mid.offers.map(boardOffer));
  }
  if (entries.size === 0) return undefined;
  const showUntilMs = gridMs + timing.showMs;
  return {
    boardId: boardIdOf(instance, payerCurrency, gridMs),
    payerCurrency,
    publishedAtMs: gridMs,
    showUntilMs,
    guaranteeUntilMs: showUntilMs + timing.guaranteeMs,
    entries,
    offers,
  };
}

function boardOffer({ providerId, sells }: Offer): BoardOffer {
  return { providerId, rate: formatRate(roundRate(sells, RATE_DIGITS, 'down')) };
}
