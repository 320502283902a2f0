import type { CoverExposureRequest, CoverTrade } from '@causeway/proto/fx';
import { refuse, refuseField } from '../errors.ts';
import { checkedPair } from '../quotes/check-request.ts';
import { beginTrade } from './begin-trade.ts';
import type { CoverDesk } from './desk.ts';
import { findTrade, latestOfRequest } from './store.ts';
import { toCoverTrade } from './trade-message.ts';
import type { Treasury } from './treasury.ts';

const REQUEST_ID = /^[\x20-\x7e]{1,64}$/;
/** Most providers answer within this; the trade goes on by itself where one does not. */
const WAIT_MS = 2_000;
const RETRY_AFTER_MS = 5_000;

/**
 * Covers a pair's whole open position, and waits a moment for the outcome. A trade that is under
 * way already is answered in place of a second one. Throws FIELD_INVALID, CURRENCY_UNSUPPORTED,
 * NOTHING_TO_COVER, DEPENDENCY_UNAVAILABLE.
 */
export async function coverExposure(
  treasury: Treasury,
  desk: CoverDesk,
  { pair, requestId }: CoverExposureRequest,
): Promise<CoverTrade> {
  const wanted = checkedPair(pair);
  if (!REQUEST_ID.test(requestId)) {
    throw refuseField('FIELD_INVALID', 'request_id', 'must be 1 to 64 printable ASCII characters');
  }
  const begun = await beginTrade(treasury, wanted, requestId);
  if ('none' in begun) {
    if (begun.none === 'nothing open') {
      throw refuse('NOTHING_TO_COVER', 'the position of this pair is not open');
    }
    const message = 'no provider that could be asked offers this pair now';
    throw refuse('DEPENDENCY_UNAVAILABLE', message, { retryAfterMs: RETRY_AFTER_MS });
  }
  await desk.ask();
  const { timers } = treasury.runtime;
  await Promise.race([desk.idle(), timers.sleep(WAIT_MS)]);
  const { tradeId } = begun.trade;
  const latest =
    (await latestOfRequest(treasury.db, wanted, requestId)) ??
    (await findTrade(treasury.db, tradeId));
  return toCoverTrade(latest ?? begun.trade);
}
