import type { Caller } from '@causeway/callers';
import type { PublishRatesRequest } from '@causeway/proto/fx';
import type { Runtime } from '@causeway/runtime';
import { acceptedPrices, refusedPrices } from '../metrics.ts';
import type { Book } from './book.ts';

/** What a provider's prices need to be published. */
export interface Feed {
  runtime: Runtime;
  provider: Caller;
  book: Book;
  intervalMs: number;
  /** Ends it. */
  signal: AbortSignal;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4_000;
/** A stream that lasted this long was a good one: the next pause is the first again. */
const GOOD_STREAM_MS = 5_000;

/**
 * Publishes a provider's prices at every interval until the signal is aborted. A stream that
 * breaks, as when fx restarts, is opened again after a pause that grows while fx stays away.
 */
export async function publishPrices(feed: Feed): Promise<void> {
  const { runtime, signal } = feed;
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const openedMs = runtime.clock.monotonicMs();
    try {
      await publishOnOneStream(feed);
    } catch (err) {
      if (signal.aborted) return;
      runtime.log.warn({ err, pause_ms: pauseMs }, 'the rate stream broke; it is opened again');
    }
    const lastedMs = runtime.clock.monotonicMs() - openedMs;
    pauseMs = lastedMs > GOOD_STREAM_MS ? FIRST_PAUSE_MS : pauseMs;
    await pause(feed, pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

async function publishOnOneStream(feed: Feed): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([feed.signal, over.signal]);
  try {
    const answers = feed.provider.fx.publishRates(batches({ ...feed, signal }), { signal });
    for await (const { acceptedCount, refusals } of answers) {
      acceptedPrices.add(acceptedCount);
      refusedPrices.add(refusals.length);
      for (const refusal of refusals) feed.runtime.log.warn({ refusal }, 'fx refused a price');
    }
  } finally {
    // Without this the generator would tick on for a stream that is no more.
    over.abort();
  }
}

/** The provider's prices, one batch at each interval. */
async function* batches(feed: Feed): AsyncGenerator<PublishRatesRequest> {
  while (!feed.signal.aborted) {
    const observeTime = feed.runtime.clock.now();
    yield { updates: feed.book.prices().map((price) => ({ ...price, observeTime })) };
    await pause(feed, feed.intervalMs);
  }
}

/** Ends early, and quietly, when the feed is over. */
async function pause({ runtime, signal }: Feed, ms: number): Promise<void> {
  await runtime.timers.sleep(ms, signal).catch(() => {});
}
