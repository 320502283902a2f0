import type { Random } from './random.ts';

/** How pauses grow: `firstMs`, doubled per attempt, at most `maxMs`. */
export interface Backoff {
  firstMs: number;
  maxMs: number;
}

/**
 * Milliseconds to pause before attempt number `attempt` (1 is the first retry): between half of
 * the grown pause and all of it, so that those who failed together do not return together.
 */
export function backoffMs({ firstMs, maxMs }: Backoff, attempt: number, random: Random): number {
  const grownMs = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(grownMs * (0.5 + random.unit() / 2));
}
