import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exposureOf, portfolioLoss } from './exposure.ts';
import { type CapPolicy, type GrantTerms, nextTerms, type Observed } from './policy.ts';

const FULL: GrantTerms = {
  ...{ singleMinor: 3000n, totalMinor: 10_000n, codes: 200, validitySeconds: 7 * 86_400 },
};
const WORLD = { gates: 500, uploadSeconds: 86_400, denySeconds: 86_400, repeatSeconds: 3 };

test('one grant at every gate costs its cap at each, less what its holder owes', () => {
  expect(exposureOf({ ...FULL, ...WORLD })).toEqual({
    windowSeconds: 172_800,
    perGateMinor: 10_000n,
    ridesMinor: 5_000_000n,
    lossMinor: 4_990_000n,
  });
});

test('few codes, little time and one gate bound it too', () => {
  expect(exposureOf({ ...FULL, ...WORLD, codes: 2 }).perGateMinor).toBe(6000n);
  expect(exposureOf({ ...FULL, ...WORLD, validitySeconds: 2 }).perGateMinor).toBe(3000n);
  expect(exposureOf({ ...FULL, ...WORLD, gates: 1 }).lossMinor).toBe(0n);
  const exposure = { ...FULL, ...WORLD };
  expect(portfolioLoss([{ grants: 3, exposure }])).toBe(3n * 4_990_000n);
});

const POLICY: CapPolicy = {
  ...{ full: FULL, leastTotalMinor: 1000n, mostLossMinor: 5_000_000n },
  ...{ toleratedLossBps: 50, leastRides: 100 },
};
const seen = (lostMinor: bigint, rides = 1000): Observed => {
  return { rides, riddenMinor: 1_000_000n, lostMinor, world: WORLD };
};

test('caps tighten with losses, recover without, and stop where they are of no use', () => {
  const after = (current: GrantTerms, observed: Observed, policy = POLICY) => {
    const { terms, reason } = nextTerms(policy, current, observed);
    return [reason, terms?.totalMinor, terms?.singleMinor];
  };
  expect(after(FULL, seen(5000n))).toEqual(['FULL', 10_000n, 3000n]);
  expect(after(FULL, seen(5001n))).toEqual(['LOSSES', 5000n, 3000n]);
  expect(after({ ...FULL, totalMinor: 4000n }, seen(5001n))).toEqual(['LOSSES', 2000n, 2000n]);
  expect(after({ ...FULL, totalMinor: 1999n }, seen(5001n))[0]).toBe('STOPPED');
  expect(after({ ...FULL, totalMinor: 5000n }, seen(0n))).toEqual(['RECOVERING', 6250n, 3000n]);
  expect(after({ ...FULL, totalMinor: 9000n }, seen(0n))).toEqual(['FULL', 10_000n, 3000n]);
  expect(after({ ...FULL, totalMinor: 5000n }, seen(9999n, 99))[1]).toBe(5000n);
  expect(after(FULL, seen(0n), { ...POLICY, mostLossMinor: 499_000n })).toEqual([
    ...['WORST_CASE', 1000n, 1000n],
  ]);
});

test('whatever is seen, the worst case stays within its limit and caps within full', () => {
  const amount = fc.bigInt({ min: 0n, max: 20_000n });
  const gates = fc.integer({ min: 0, max: 5000 });
  fc.assert(
    fc.property(amount, amount, amount, gates, fc.nat(400), (total, lost, most, many, codes) => {
      const policy = { ...POLICY, mostLossMinor: most * 100n, full: { ...FULL, codes: codes + 1 } };
      const world = { ...WORLD, gates: many };
      const current = { ...FULL, totalMinor: total };
      const { terms } = nextTerms(policy, current, { ...seen(lost), world });
      if (terms === undefined) return;
      expect(exposureOf({ ...terms, ...world }).lossMinor).toBeLessThanOrEqual(
        policy.mostLossMinor,
      );
      expect(terms.totalMinor).toBeLessThanOrEqual(FULL.totalMinor);
      expect(terms.singleMinor).toBeLessThanOrEqual(terms.totalMinor);
    }),
  );
});
