import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterTransfer, fareBetween, fareOfTap, highestFare } from './fares.ts';
import { otherEnd, type PairTap } from './pair.ts';
import type { Tariff } from './tariff.ts';

const RAIL: Tariff = {
  ...{ lineId: 'rail', transfer: undefined, stepMinor: 1n },
  fare: {
    ...{ kind: 'way', maximumMinor: 520n, longestRideSeconds: 3_600 },
    fares: [
      { fromStopId: 'a', toStopId: 'b', fareMinor: 190n },
      { fromStopId: 'a', toStopId: 'c', fareMinor: 900n },
    ],
  },
};
const BUS: Tariff = {
  ...{ lineId: 'bus', fare: { kind: 'flat', fareMinor: 230n }, stepMinor: 1n },
  transfer: { fromLineIds: ['rail'], withinSeconds: 1_800, discountMinor: 100n },
};
const TAXI: Tariff = { ...RAIL, lineId: 'taxi', fare: { kind: 'amount', mostMinor: 20_000n } };

describe('a fare', () => {
  test('by the way is that of the pair in both directions, and never above the highest', () => {
    const fares = [
      ['a', 'b'],
      ['b', 'a'],
      ['a', 'c'],
      ['a', 'z'],
      ['', 'b'],
      ['a', ''],
    ].map(([from = '', to = '']) => fareBetween(RAIL, from, to).minor);
    expect(fares).toEqual([190n, 190n, 520n, 520n, 520n, 520n]);
    expect(() => fareBetween(BUS, 'a', 'b')).toThrow(RangeError);
  });

  test('that a gate names is never above what its line may ask', () => {
    const asked = (tariff: Tariff, fareMinor: bigint) => fareOfTap(tariff, { fareMinor }).minor;
    expect([0n, 115n, 230n, 9_999n].map((minor) => asked(BUS, minor))).toEqual([
      ...[230n, 115n, 230n, 230n],
    ]);
    expect([4_310n, 99_999n].map((minor) => asked(TAXI, minor))).toEqual([4_310n, 20_000n]);
  });

  test('is at most the highest, and an exit begins no ride', () => {
    const most = (tariff: Tariff, kind: 'flat' | 'entry' | 'exit') =>
      highestFare(tariff, { kind, fareMinor: 0n });
    expect([most(RAIL, 'entry'), most(RAIL, 'exit'), most(BUS, 'flat')]).toEqual([520n, 0n, 230n]);
  });
});

test('whoever changes in time pays less, in whole steps, and never nothing', () => {
  const fare = { minor: 230n, basis: 'flat fare' };
  const from = { operatorId: 'hk', lineId: 'rail', startMs: 0, endMs: 600_000 };
  const at = (seconds: number, operatorId = 'hk', tariff = BUS) =>
    afterTransfer(tariff, fare, { operatorId, startMs: seconds * 1_000 }, [from]).minor;
  expect([at(599), at(600), at(2_400), at(2_401), at(700, 'mo')]).toEqual([
    ...[230n, 130n, 130n, 230n, 230n],
  ]);
  expect(at(700, 'hk', { ...BUS, lineId: 'rail' })).toBe(230n);
  expect(at(700, 'hk', { ...BUS, stepMinor: 100n })).toBe(100n);
  const all = { fromLineIds: [], withinSeconds: 1_800, discountMinor: 9_999n };
  expect(at(700, 'hk', { ...BUS, transfer: all })).toBe(1n);
});

describe('the other end of a ride', () => {
  const tap = (counter: number, kind: PairTap['kind'], seconds = counter): PairTap => {
    return { counter, kind, operatorId: 'hk', lineId: 'rail', tappedAtMs: seconds * 1_000 };
  };

  test('is the next tap by counter, whatever clocks say, if it is of the other kind and near', () => {
    const [entry, exit] = [tap(1, 'entry', 90), tap(2, 'exit', 30)];
    expect(otherEnd([exit], entry, RAIL)).toBe(exit);
    expect(otherEnd([entry], exit, RAIL)).toBe(entry);
    expect(otherEnd([tap(2, 'entry'), tap(3, 'exit')], entry, RAIL)).toBeUndefined();
    expect(otherEnd([tap(2, 'exit', 4_000)], entry, RAIL)).toBeUndefined();
    // Out at nine and in at eight, with counters the other way round, is no ride.
    expect(otherEnd([tap(2, 'exit', 600)], tap(1, 'entry', 721), RAIL)).toBeUndefined();
    expect(otherEnd([tap(1, 'entry', 721)], tap(2, 'exit', 600), RAIL)).toBeUndefined();
    expect(otherEnd([{ ...exit, lineId: 'other' }], entry, RAIL)).toBeUndefined();
    expect(otherEnd([exit], entry, BUS)).toBeUndefined();
  });

  test('has it for its own other end, in whatever order taps come', () => {
    const kinds = fc.array(fc.constantFrom<PairTap['kind']>('entry', 'exit'), { maxLength: 12 });
    fc.assert(
      fc.property(kinds, (drawn) => {
        const taps = drawn.map((kind, at) => tap(at + 1, kind));
        for (const one of taps) {
          const other = otherEnd(taps.toReversed(), one, RAIL);
          if (other !== undefined) expect(otherEnd(taps, other, RAIL)).toBe(one);
        }
      }),
    );
  });
});
