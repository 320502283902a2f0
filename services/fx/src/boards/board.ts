import type { CurrencyCode } from '@causeway/money';
import { uuidFrom } from '@causeway/runtime';
import type { Market } from '../market/market.ts';
import type { Terms } from '../markup/ladder.ts';
import type { PriceList } from '../markup/price-list.ts';
import { OFFERED_PAIRS } from '../pairs.ts';
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
  for (const [key, { from, to }] of OFFERED_PAIRS) {
    if (from !== payerCurrency) continue;
    const mid = market.midOf(key, nowMs);
    const ladder = mid && prices.ladderFor(mid, '', nowMs);
    if (ladder !== undefined) entries.set(to, ladder[0].terms);
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
  };
}
