import type { Random } from '@causeway/runtime';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The pause after the first failure, after the second, and so on: 24 hours and 9 minutes in all. */
export const PAUSES_MS: readonly number[] = [
  ...[4 * SECOND, 15 * SECOND, 30 * SECOND],
  ...[MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE],
  ...[HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR, 6 * HOUR, 7 * HOUR],
];

/** Each pause is up to a tenth longer or shorter, so that those who failed together part. */
const JITTER = 0.1;

/** A target may ask for more time than the table gives, up to this. */
const MAX_ASKED_MS = HOUR;

/**
 * Milliseconds until the next attempt, or undefined where there is none any more.
 *
 * @param failures how often it has failed now, 1 after the first attempt
 * @param askedMs what the target's Retry-After asked for; 0 for nothing
 */
export function pauseMs(failures: number, askedMs: number, random: Random): number | undefined {
  const pause = PAUSES_MS[failures - 1];
  if (pause === undefined) return undefined;
  const varied = pause * (1 - JITTER + 2 * JITTER * random.unit());
  return Math.round(Math.max(varied, Math.min(askedMs, MAX_ASKED_MS)));
}
