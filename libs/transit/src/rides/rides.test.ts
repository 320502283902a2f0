import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RideTap, ridesOf } from './rides.ts';
import { mostOf, type Tariff, tariffOf } from './tariff.ts';

const METRO: Tariff = {
  ...{ tariffId: 'metro', operatorId: 'rail', routes: [], currencyCode: 'HKD' },
  fare: {
    kind: 'way',
    table: {
      isSymmetric: true,
      fares: [
        { from: 'a', to: 'b', fareMinor: 550n },
        { from: 'a', to: 'c', fareMinor: 1200n },
      ],
    },
    ...{ maximumMinor: 2500n, longestRideSeconds: 7200 },
  },
};
const MINIBUS: Tariff = {
  ...{ tariffId: 'minibus', operatorId: 'bus', routes: ['m1'], currencyCode: 'HKD' },
  fare: { kind: 'flat', fareMinor: 780n },
  transfer: { fromTariffs: ['metro', 'minibus'], withinSeconds: 1800, discountMinor: 100n },
};
const TAXI: Tariff = {
  ...{ tariffId: 'taxi', operatorId: 'cab', routes: [], currencyCode: 'HKD' },
  fare: { kind: 'amount', mostMinor: 20_000n },
};
const TARIFFS = [METRO, MINIBUS, TAXI];

let counters = 0;
function tap(at: number, change: Partial<RideTap>): RideTap {
  const key = { issuer: 'harbour-wallet', grantId: '00', counter: ++counters };
  return {
    ...{ key, operatorId: 'rail', gateId: 'g1', kind: 'entry', routeId: 'line', stopId: 'a' },
    ...{ tappedAtMs: at * 1000, currencyCode: 'HKD', fareMinor: 0n },
    ...change,
  };
}
const enter = (at: number, stopId: string) => tap(at, { stopId });
const leave = (at: number, stopId: string) => tap(at, { kind: 'exit', stopId });
const board = (at: number) => tap(at, { operatorId: 'bus', kind: 'flat', routeId: 'm1' });
const rides = (taps: RideTap[], now = 1_000_000) =>
  ridesOf({ taps, tariffs: TARIFFS, nowMs: now * 1000, uploadSeconds: 3600 }).rides;
const brief = (taps: RideTap[], now?: number) =>
  rides(taps, now).map(({ state, fareMinor }) => [state, fareMinor]);

describe('a fare by the way', () => {
  test('is that of the pair, in both directions', () => {
    expect(brief([enter(0, 'a'), leave(600, 'c')])).toEqual([['complete', 1200n]]);
    expect(brief([enter(0, 'c'), leave(600, 'a')])).toEqual([['complete', 1200n]]);
  });

  test('is the maximum where the table has no such pair', () => {
    expect(brief([enter(0, 'b'), leave(600, 'z')])).toEqual([['complete', 2500n]]);
  });

  test('is open until an exit can no longer come, then the maximum', () => {
    expect(brief([enter(0, 'a')], 10_799)).toEqual([['open', 2500n]]);
    expect(brief([enter(0, 'a')], 10_800)).toEqual([['exit-missing', 2500n]]);
  });

  test('is the maximum for an exit without an entry, or too late for it', () => {
    expect(brief([leave(600, 'c')])).toEqual([['entry-missing', 2500n]]);
    expect(brief([enter(0, 'a'), leave(7201, 'c')])).toEqual([
      ['exit-missing', 2500n],
      ['entry-missing', 2500n],
    ]);
  });

  test('is of two rides where somebody enters twice', () => {
    expect(brief([enter(0, 'a'), enter(900, 'a'), leave(1200, 'b')])).toEqual([
      ['exit-missing', 2500n],
      ['complete', 550n],
    ]);
  });
});

test('a flat fare is the tariff’s, and an amount the gate’s up to the most', () => {
  expect(
    brief([tap(0, { operatorId: 'bus', kind: 'flat', routeId: 'm1', fareMinor: 1n })]),
  ).toEqual([['complete', 780n]]);
  const cab = (fareMinor: bigint) => tap(0, { operatorId: 'cab', kind: 'amount', fareMinor });
  expect(brief([cab(4310n)])).toEqual([['complete', 4310n]]);
  expect(brief([cab(99_999n)])).toEqual([['complete', 20_000n]]);
  expect(TARIFFS.map(mostOf)).toEqual([2500n, 780n, 20_000n]);
});

test('whoever changes in time pays less, also from another operator', () => {
  const taps = [enter(0, 'a'), leave(600, 'b'), board(2400), board(4201)];
  expect(rides(taps).map(({ fareMinor, discountMinor }) => [fareMinor, discountMinor])).toEqual([
    [550n, 0n],
    [680n, 100n],
    [780n, 0n],
  ]);
});

test('what has no tariff, currency or kind in common with one is told', () => {
  const taps = [
    tap(0, { operatorId: 'nobody' }),
    tap(1, { currencyCode: 'CNY' }),
    tap(2, { kind: 'flat' }),
    tap(3, { operatorId: 'bus', kind: 'flat', routeId: 'm2' }),
  ];
  const { unpriced } = ridesOf({ taps, tariffs: TARIFFS, nowMs: 0, uploadSeconds: 0 });
  expect(unpriced.map(({ reason }) => reason)).toEqual([
    ...['NO_TARIFF', 'OTHER_CURRENCY', 'OTHER_KIND', 'NO_TARIFF'],
  ]);
  const other = { ...MINIBUS, tariffId: 'all', routes: [] };
  expect(tariffOf([other, MINIBUS], 'bus', 'm1')).toBe(MINIBUS);
  expect(tariffOf([MINIBUS, other], 'bus', 'm2')).toBe(other);
});

test('rides do not depend on the order of upload, and every tap is in one', () => {
  const some = fc.array(
    fc.tuple(fc.nat(20_000), fc.constantFrom(enter, leave, board), fc.constantFrom('a', 'b', 'c')),
    {
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(some, fc.nat(), (drawn, seed) => {
      const taps = drawn.map(([at, make, stop]) => make(at, stop));
      const other = taps.toSorted(
        (a, b) => ((a.key.counter * seed) % 7) - ((b.key.counter * seed) % 7),
      );
      const made = rides(taps);
      expect(rides(other)).toEqual(made);
      const used = made.flatMap(({ first, last }) => (last ? [first, last] : [first]));
      expect(new Set(used).size).toBe(taps.length);
      for (const { fareMinor } of made) expect(fareMinor).toBeGreaterThanOrEqual(0n);
    }),
  );
});
