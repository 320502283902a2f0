import type { Clock } from '@causeway/runtime';
import { Histogram, type HistogramData } from './histogram.ts';

/** How hard a helper process works, and for how long. */
export interface Loop {
  inFlight: number;
  seconds: number;
}

/** What a loop in a helper process did. */
export interface Looped {
  perSecond: number;
  latency: HistogramData;
}

/** What a closed loop did within its time. */
export interface Closed {
  /** Operations that ended within the time, per second. */
  perSecond: number;
  latency: Histogram;
}

/**
 * Keeps `inFlight` operations under way for `seconds`, each begun as one ends, and waits for the
 * last. Only what ends within the time counts. An operation that throws ends the loop.
 *
 * @param operate does one operation and answers how many it stands for; `n` counts up from 0
 */
export async function closedLoop(
  clock: Clock,
  inFlight: number,
  seconds: number,
  operate: (n: number) => Promise<number>,
): Promise<Closed> {
  const latency = new Histogram();
  const startMs = clock.monotonicMs();
  const endMs = startMs + seconds * 1_000;
  let done = 0;
  let next = 0;
  let failed = false;
  const run = async () => {
    for (let nowMs = startMs; nowMs < endMs && !failed; ) {
      const begunMs = clock.monotonicMs();
      const count = await operate(next++);
      nowMs = clock.monotonicMs();
      if (nowMs > endMs) return;
      done += count;
      latency.add(nowMs - begunMs);
    }
  };
  const runs = Array.from({ length: inFlight }, () =>
    run().catch((error) => {
      failed = true;
      throw error;
    }),
  );
  const ends = await Promise.allSettled(runs);
  const broken = ends.find((end) => end.status === 'rejected');
  if (broken) throw broken.reason;
  return { perSecond: done / seconds, latency };
}
