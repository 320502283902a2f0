import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accepted, emptySlice, freeMinor, type Slice, type SliceTotals } from './slice.ts';

const KEY = { side: 'issuer', id: 'harbour-wallet', currencyCode: 'HKD' } as const;

const totals: fc.Arbitrary<SliceTotals> = fc
  .tuple(...Array.from({ length: 4 }, () => fc.bigInt({ min: 0n, max: 1_000n })))
  .map(([returned = 0n, net = 0n, back = 0n, free = 0n]) => ({
    leasedMinor: returned + net + free,
    returnedMinor: returned,
    reservedMinor: net + back,
    givenBackMinor: back,
  }));

const slice: fc.Arbitrary<Slice> = totals.map((each) => ({ ...emptySlice(KEY), ...each }));

test('an answer that was overtaken changes nothing that was leased', () => {
  const before = { ...emptySlice(KEY), leasedMinor: 100n, reservedMinor: 40n };
  const known = { leasedMinor: 60n, returnedMinor: 0n, reservedMinor: 20n, givenBackMinor: 0n };
  const late = accepted(before, { ...KEY, leasedMinor: 60n, targetMinor: 5n, known });
  expect(late).toMatchObject({ leasedMinor: 100n, reservedMinor: 40n, lostMinor: 0n });
});

test('after a restore nothing is free, whatever was told before, and it is told once', () => {
  fc.assert(
    fc.property(slice, totals, (before, known) => {
      const grant = { ...KEY, leasedMinor: known.leasedMinor, targetMinor: 0n, known };
      const after = accepted(before, grant);
      const isBehind =
        before.reservedMinor < known.reservedMinor ||
        before.givenBackMinor < known.givenBackMinor ||
        before.returnedMinor < known.returnedMinor;
      const held = (one: Slice) => one.reservedMinor - one.givenBackMinor - one.lostMinor;
      expect(held(after)).toBe(held(before));
      expect(after.leasedMinor >= after.returnedMinor).toBe(true);
      expect(after.reservedMinor >= after.givenBackMinor).toBe(true);
      if (isBehind) expect(freeMinor(after)).toBe(0n);
      else expect(freeMinor(after) >= freeMinor(before)).toBe(true);
      expect(accepted(after, grant)).toEqual(after);
    }),
  );
});
