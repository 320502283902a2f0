import type { Database } from '@causeway/db';
import type { WatchPaymentsResponse } from '@causeway/proto/acquiring';
import { Payment, Refund } from '@causeway/proto/common';
import { Refusal, type Runtime } from '@causeway/runtime';
import { watchers } from '../metrics.ts';
import { DIGITS_FORM, pageToken, positionIn } from '../page-token.ts';
import type { PartnerLimit } from '../partner-limit.ts';
import { Wakeup } from '../wakeup.ts';
import type { FeedHints } from './hints.ts';
import { laneOfPartner } from './project.ts';
import { type FeedRow, feedAfter, latestSeqOf } from './store.ts';

/** What watching works with. */
export interface Feed {
  db: Database;
  runtime: Runtime;
  hints: FeedHints;
  watching: PartnerLimit;
}

const POLL_EVERY_MS = 1_000;
/** One watcher holds at most this many changes in memory. */
const PAGE = 100;

let open = 0;

/**
 * Sends every change of a partner's payments after the cursor, then what comes, until the signal
 * is aborted. Throws CURSOR_INVALID, and OVERLOADED where the partner watches too often.
 */
export async function* watchPayments(
  feed: Feed,
  partnerId: string,
  cursor: string,
  signal: AbortSignal,
): AsyncGenerator<WatchPaymentsResponse> {
  const partner = { partnerId, lane: laneOfPartner(partnerId) };
  feed.watching.take(partnerId);
  const news = new Wakeup();
  const wake = () => news.wake();
  const stopListening = feed.hints.listen(partnerId, news);
  signal.addEventListener('abort', wake);
  open += 1;
  watchers.set(open);
  try {
    let seq = await startOf(feed.db, partner, cursor);
    while (!signal.aborted) {
      const page = await feedAfter(feed.db, partner, seq, PAGE);
      for (const row of page) {
        yield toChange(partnerId, row);
        seq = row.seq;
      }
      if (page.length < PAGE) await newsOrPoll(feed.runtime, news);
    }
  } finally {
    open -= 1;
    watchers.set(open);
    signal.removeEventListener('abort', wake);
    stopListening();
    feed.watching.giveBack(partnerId);
  }
}

async function newsOrPoll({ timers }: Runtime, news: Wakeup): Promise<void> {
  const cancel = timers.after(POLL_EVERY_MS, () => news.wake());
  await news.sleep();
  cancel();
}

/** The place that a cursor names. One beyond the feed's end was never given out. */
async function startOf(
  db: Database,
  partner: { lane: number; partnerId: string },
  cursor: string,
): Promise<bigint> {
  if (cursor === '') return 0n;
  const list = ['feed', partner.partnerId];
  const [seq = '0'] = positionIn(list, cursor, [DIGITS_FORM], 'CURSOR_INVALID');
  if (BigInt(seq) <= (await latestSeqOf(db, partner))) return BigInt(seq);
  throw new Refusal('CURSOR_INVALID', 'this feed has no such place');
}

/** Names a place in a partner's feed. */
export function cursorOf(partnerId: string, seq: bigint): string {
  return pageToken(['feed', partnerId], [String(seq)]);
}

function toChange(partnerId: string, row: FeedRow): WatchPaymentsResponse {
  return {
    cursor: cursorOf(partnerId, row.seq),
    kind: row.kind,
    payment: Payment.decode(row.payment),
    refund: row.refund === null ? undefined : Refund.decode(row.refund),
    occurTime: row.occurredAt,
  };
}
