import { compareRates } from '@causeway/money';
import type { LiveBoards, Promised } from '../boards/live-boards.ts';
import type { Market } from '../market/market.ts';
import { rungFor, type Terms } from '../markup/ladder.ts';
import type { PriceList } from '../markup/price-list.ts';
import { type Pair, pairKey } from '../pairs.ts';
import { type FixedSide, sizeMinor } from './price-amount.ts';

/** What quotes are made from: state in memory only. */
export interface Prices {
  market: Market;
  list: PriceList;
  live: LiveBoards;
}

/** The terms of a quote, and the board behind them. */
export interface Chosen {
  readonly terms: Terms;
  /** Empty where no board had a part in it. */
  readonly boardId: string;
}

/** What the terms depend on. */
export interface TermsRequest {
  pair: Pair;
  fixed: FixedSide;
  payeeCountryCode: string;
  honourShownBoards: boolean;
}

/**
 * The terms of the market now, for this size and corridor; where shown boards are honoured, the
 * best of theirs if that is no worse. A board binds although the market has gone stale since.
 * Undefined where neither gives a price.
 */
export function chooseTerms(
  prices: Prices,
  request: TermsRequest,
  nowMs: number,
): Chosen | undefined {
  const now = termsNow(prices, request, nowMs);
  if (!request.honourShownBoards) return now && { terms: now, boardId: '' };
  const { from, to } = request.pair;
  const promised = prices.live.best(pairKey(from, to), nowMs);
  if (promised === undefined) return now && { terms: now, boardId: '' };
  return { terms: better(now, promised), boardId: promised.board.boardId };
}

/** Of equal rates the board's, since the board is then the whole story. */
function better(now: Terms | undefined, { terms }: Promised): Terms {
  return now !== undefined && compareRates(now.rate, terms.rate) > 0 ? now : terms;
}

function termsNow(
  { market, list }: Prices,
  { pair, fixed, payeeCountryCode }: TermsRequest,
  nowMs: number,
): Terms | undefined {
  const mid = market.midOf(pairKey(pair.from, pair.to), nowMs);
  const ladder = mid && list.ladderFor(mid, payeeCountryCode, nowMs);
  if (ladder === undefined) return undefined;
  if (ladder.length === 1) return ladder[0].terms;
  return rungFor(ladder, sizeMinor(pair, fixed, ladder[0].terms.midRate));
}
