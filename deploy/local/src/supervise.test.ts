import { expect, test } from 'vitest';
import { restartPauseMs } from './supervise.ts';

test('what keeps dying is started ever more slowly, up to a bound', () => {
  expect([1, 2, 3, 4].map(restartPauseMs)).toEqual([500, 1_000, 2_000, 4_000]);
  expect(restartPauseMs(50)).toBe(15_000);
});
