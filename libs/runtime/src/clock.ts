import { performance } from 'node:perf_hooks';

/** What time it is. Domain code asks only this, so that a simulator or a database can own time. */
export interface Clock {
  /** The same instant as `nowMs`, as a date. */
  now(): Date;
  /** Whole milliseconds since the Unix epoch; never less than an earlier answer. */
  nowMs(): number;
  /** Milliseconds since an arbitrary start, with fractions, for measuring durations. */
  monotonicMs(): number;
}

/**
 * The host's wall time, read once and carried by the monotonic clock from then on: a host clock
 * that is stepped while the process runs moves nothing, and time never goes back.
 *
 * @param skewMs added to the host's time, so that a test can run one service with a wrong clock
 */
export function systemClock(skewMs = 0): Clock {
  const originMs = Date.now() + skewMs - performance.now();
  const nowMs = () => Math.floor(originMs + performance.now());
  return { nowMs, now: () => new Date(nowMs()), monotonicMs: () => performance.now() };
}

/**
 * The host's wall clock as it stands, steps and all. Only for libraries that reckon with it
 * themselves, such as gRPC with its absolute deadlines; whatever decides anything asks a Clock.
 */
export function hostNowMs(): number {
  return Date.now();
}
