import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LeaseQuestion, leaseFor } from './decide.ts';

const question = (changes: Partial<LeaseQuestion> = {}): LeaseQuestion => ({
  ...{ coverMinor: 8_000n, usedMinor: 0n, leasedMinor: 0n, freeMinor: 0n, amountsMinor: [] },
  isRecalled: false,
  ...changes,
});

describe('a lease', () => {
  test('is one part in eight ahead of any need, and nothing while the slice is more than half full', () => {
    expect(leaseFor(question())).toEqual({
      ...{ amountMinor: 1_000n, exhausted: false, targetMinor: 1_000n },
    });
    const half = question({ leasedMinor: 1_000n, freeMinor: 500n });
    expect(leaseFor(half).amountMinor).toBe(0n);
    const low = question({ leasedMinor: 1_000n, freeMinor: 100n });
    expect(leaseFor(low).amountMinor).toBe(787n);
  });

  test('covers what waits as far as there is cover, the smaller amounts first', () => {
    const waiting = question({ coverMinor: 100n, amountsMinor: [70n, 50n, 20n] });
    expect(leaseFor(waiting)).toMatchObject({ exhausted: true });
    expect(leaseFor({ ...waiting, coverMinor: 140n }).exhausted).toBe(false);
    expect(leaseFor({ ...waiting, coverMinor: 10n, freeMinor: 70n })).toMatchObject({
      ...{ amountMinor: 10n, exhausted: true },
    });
  });

  test('takes what the participant is owed for what waits, and never ahead of it', () => {
    const owed = question({ coverMinor: 0n, usedMinor: -500n, amountsMinor: [300n] });
    expect(leaseFor(owed)).toMatchObject({ amountMinor: 300n, exhausted: false });
    expect(leaseFor({ ...owed, amountsMinor: [] }).amountMinor).toBe(0n);
  });

  test('is nothing ahead, and to be returned, while slices are called back or cover is overdrawn', () => {
    const recalled = leaseFor(question({ isRecalled: true, amountsMinor: [10n] }));
    expect(recalled).toEqual({ amountMinor: 10n, exhausted: false, targetMinor: 0n });
    const overdrawn = leaseFor(question({ usedMinor: 9_000n, amountsMinor: [1n] }));
    expect(overdrawn).toEqual({ amountMinor: 0n, exhausted: true, targetMinor: 0n });
  });

  test('never passes the cover, and leaves nobody waiting who fits', () => {
    const amount = fc.bigInt({ min: 0n, max: 10_000n });
    const asked = fc.record({
      ...{ coverMinor: amount, usedMinor: fc.bigInt({ min: -10_000n, max: 10_000n }) },
      ...{ leasedMinor: amount, freeMinor: amount, isRecalled: fc.boolean() },
      amountsMinor: fc.array(fc.bigInt({ min: 1n, max: 5_000n }), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(asked, (each) => {
        const { coverMinor, usedMinor, leasedMinor, freeMinor, amountsMinor } = each;
        const { amountMinor, exhausted } = leaseFor(each);
        const availableMinor = coverMinor - usedMinor - leasedMinor;
        expect(amountMinor >= 0n).toBe(true);
        expect(amountMinor === 0n || amountMinor <= availableMinor).toBe(true);
        const least = amountsMinor.reduce((a, b) => (a < b ? a : b), 10n ** 9n);
        const holds = freeMinor + amountMinor;
        if (exhausted) expect(holds).toBeLessThan(amountsMinor.reduce((a, b) => a + b, 0n));
        else expect(amountsMinor.length === 0 || holds >= least).toBe(true);
      }),
    );
  });
});
