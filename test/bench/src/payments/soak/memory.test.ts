import { describe, expect, it } from 'vitest';
import { residentMib, slopePerMinute } from './memory.ts';

describe('the slope', () => {
  it('is what a line grows by in a minute', () => {
    const points = [0, 10, 20, 30].map((atSeconds) => ({ atSeconds, value: 100 + atSeconds / 2 }));
    expect(slopePerMinute(points)).toBeCloseTo(30);
  });

  it('is zero of a level line, of one point and of none', () => {
    const level = [0, 10, 20].map((atSeconds) => ({ atSeconds, value: 7 }));
    expect(slopePerMinute(level)).toBe(0);
    expect(slopePerMinute(level.slice(0, 1))).toBe(0);
    expect(slopePerMinute([])).toBe(0);
  });
});

describe('resident memory', () => {
  it('of a process that is not there is not known', () => {
    expect(residentMib(2 ** 30)).toBeUndefined();
  });
});
