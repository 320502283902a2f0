import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';
import { manualRuntime } from './testing.ts';

it('grows to its bound, never below half of what it grew to', () => {
  const { random } = manualRuntime();
  for (let attempt = 1; attempt <= 60; attempt += 1) {
    const grownMs = Math.min(1_000, 50 * 2 ** (attempt - 1));
    const pauseMs = backoffMs({ firstMs: 50, maxMs: 1_000 }, attempt, random);
    expect(pauseMs).toBeGreaterThanOrEqual(grownMs / 2);
    expect(pauseMs).toBeLessThanOrEqual(grownMs);
  }
});
