import { describe, expect, test } from 'vitest';
import { cappedTerms, capShare } from './caps.ts';
import { worstReplayMinor } from './exposure.ts';

const RISK = { lossBudgetMinor: 1_000n, exposureLimitMinor: 10_000n, floorPercent: 20 };
const share = (lostMinor: bigint, grantedMinor = 0n) =>
  capShare(RISK, { lostMinor, grantedMinor }).percent;

describe('caps of new grants', () => {
  test('are whole up to half of either bound, fall evenly to the floor, and end at the limit', () => {
    expect([share(0n), share(500n), share(750n), share(1_000n), share(9_999n)]).toEqual([
      ...[100, 100, 60, 20, 20],
    ]);
    expect([share(0n, 5_000n), share(0n, 7_500n), share(0n, 10_000n)]).toEqual([100, 60, 0]);
    expect(share(750n, 9_999n)).toBe(20);
  });

  test('shrink with the share, a ride never above what all rides may cost', () => {
    const full = {
      ...{ rideCapMinor: 300n, totalCapMinor: 1_000n, maxCodes: 10, validitySeconds: 60 },
      ...{ maxGrants: 1, fareAdvanceMinor: 0n },
    };
    expect(cappedTerms(full, 25)).toMatchObject({
      ...{ totalCapMinor: 250n, rideCapMinor: 250n, maxCodes: 2 },
    });
    expect(cappedTerms(full, 0)).toBeUndefined();
  });

  test('bound what copies cost: every gate but the first lets all of it pass again', () => {
    expect([worstReplayMinor(500n, 1n), worstReplayMinor(500n, 4n)]).toEqual([0n, 1_500n]);
  });
});
