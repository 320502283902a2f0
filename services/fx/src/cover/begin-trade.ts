import type { Tx } from '@causeway/db';
import { formatRate } from '@causeway/money';
import { failpoint, uuidFrom } from '@causeway/runtime';
import { isOverLimit } from '../exposures/limits.ts';
import { lockPosition, type Position } from '../exposures/store.ts';
import { type Pair, pairKey } from '../pairs.ts';
import { coverOffers } from './offers.ts';
import {
  insertTrade,
  latestOfRequest,
  pendingTrade,
  refusersSince,
  type TradeRow,
} from './store.ts';
import type { Treasury } from './treasury.ts';

/** What came of wanting a trade: one that is under way, or why there is none. */
export type Begun = { trade: TradeRow } | { none: 'nothing open' | 'nobody to ask' };

/**
 * Records a trade that covers a pair's whole open position, unless one is under way: what is
 * open already would be covered twice. It is asked for after the commit.
 *
 * @param requestId an operator's; without one the position must be over its limit
 */
export async function beginTrade(
  treasury: Treasury,
  pair: Pair,
  requestId: string | undefined,
): Promise<Begun> {
  const begun = await treasury.db.transaction(async (tx): Promise<Begun> => {
    const position = await lockPosition(tx, pair);
    if (position === undefined) return { none: 'nothing open' };
    const underWay = await pendingTrade(tx, pair);
    if (underWay !== undefined) return { trade: underWay };
    const known = requestId === undefined ? undefined : await latestOfRequest(tx, pair, requestId);
    if (known !== undefined && known.state !== REFUSED) return { trade: known };
    if (position.payeeOpen === 0n) return { none: 'nothing open' };
    const wanted = requestId !== undefined || isOverLimit(treasury.limits, position);
    if (!wanted) return { none: 'nothing open' };
    const trade = await insertBest(tx, treasury, position, { requestId, after: known });
    return trade === undefined ? { none: 'nobody to ask' } : { trade };
  });
  await failpoint('fx.cover.begun');
  return begun;
}

const REFUSED = 3;

/** Asks the best provider that has not refused this pair lately. */
async function insertBest(
  tx: Tx,
  treasury: Treasury,
  position: Position,
  { requestId, after }: { requestId: string | undefined; after: TradeRow | undefined },
): Promise<TradeRow | undefined> {
  const { runtime, refusalPauseMs } = treasury;
  const { payeeOpen, payerOpen, from, to } = position;
  const nowMs = runtime.clock.nowMs();
  const refusers = await refusersSince(tx, position, new Date(nowMs - refusalPauseMs));
  const offers = coverOffers(treasury, position, payeeOpen > 0n);
  const best = offers.find(({ providerId }) => !refusers.includes(providerId));
  if (best === undefined) return undefined;
  // Stored before anybody is asked, so a random id is a key as good as any; one that an operator
  // asked for follows from the request.
  const tradeId =
    requestId === undefined
      ? runtime.random.uuid()
      : uuidFrom('cover_trade', pairKey(from, to), requestId, after?.tradeId ?? '');
  const trade = {
    ...{ tradeId, from, to, payeeMinor: payeeOpen, bookedMinor: payerOpen },
    ...{ providerId: best.providerId, limitRate: formatRate(best.limitRate) },
    requestId: requestId ?? null,
  };
  return insertTrade(tx, trade, new Date(nowMs));
}
