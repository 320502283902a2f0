import { currencies, currency, fineBps } from '@causeway/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { feeFor, feeReturnedSoFar } from './fee.ts';
import { type FeeSchedule, type FeeTier, noFees, tierFor } from './schedule.ts';

const tier = (bps: number, fixedMinor: bigint, fromVolumeMinor = 0n): FeeTier => ({
  ...{ bps: fineBps(bps), fixedMinor, fromVolumeMinor },
});

const JPY: FeeSchedule = {
  currencyCode: 'JPY',
  tiers: [tier(120, 10n), tier(100, 5n, 1_000_000n), tier(80, 0n, 5_000_000n)],
  minMinor: 20n,
  maxMinor: 3_000n,
  refundable: true,
};

/** Schedules that an agreement would take: every amount of them payable, the maximum a maximum. */
const anySchedule = fc
  .record({
    currencyCode: fc.constantFrom(...currencies()).map(({ code }) => code),
    bps: fc.bigInt({ min: 0n, max: fineBps(10_000) }),
    fixed: fc.bigInt({ min: 0n, max: 500n }),
    min: fc.bigInt({ min: 0n, max: 800n }),
    above: fc.option(fc.bigInt({ min: 0n, max: 5_000n })),
    refundable: fc.boolean(),
  })
  .map(({ currencyCode, bps, fixed, min, above, refundable }): FeeSchedule => {
    const { step } = currency(currencyCode);
    return {
      ...{ currencyCode, refundable, minMinor: min * step },
      tiers: [{ fromVolumeMinor: 0n, bps, fixedMinor: fixed * step }],
      ...(above === null ? {} : { maxMinor: (min + above) * step }),
    };
  });

const anyAmount = fc.oneof(
  fc.bigInt({ min: 0n, max: 3_000n }),
  fc.bigInt({ min: 0n, max: 10n ** 12n }),
);

const feeOf = (schedule: FeeSchedule, amountMinor: bigint) =>
  feeFor(schedule, tierFor(schedule, 0n), amountMinor);

describe('a tier', () => {
  test.each([
    [0n, 1],
    [999_999n, 1],
    [1_000_000n, 2],
    [4_999_999n, 2],
    [5_000_000n, 3],
    [10n ** 15n, 3],
  ])('of a month with %d captured is number %d', (volume, number) => {
    expect(tierFor(JPY, volume)).toMatchObject({ number, ...JPY.tiers[number - 1] });
  });

  test('is there for every volume, whatever was refunded', () => {
    expect(() => tierFor({ ...JPY, tiers: JPY.tiers.slice(1) }, 0n)).toThrow(RangeError);
  });
});

describe('a fee', () => {
  test.each([
    // Share and fixed part, rounded down: 1.2 % of 1,280 is 15.36.
    [1_280n, { totalMinor: 25n, bpsPartMinor: 15n, fixedPartMinor: 10n }],
    // At least the minimum.
    [400n, { totalMinor: 20n, bpsPartMinor: 10n, fixedPartMinor: 10n }],
    // At most the maximum.
    [900_000n, { totalMinor: 3_000n, bpsPartMinor: 2_990n, fixedPartMinor: 10n }],
    // Never more than the amount.
    [15n, { totalMinor: 15n, bpsPartMinor: 5n, fixedPartMinor: 10n }],
    [7n, { totalMinor: 7n, bpsPartMinor: 0n, fixedPartMinor: 7n }],
    [0n, { totalMinor: 0n, bpsPartMinor: 0n, fixedPartMinor: 0n }],
  ])('of JPY %d', (amount, fee) => {
    expect(feeOf(JPY, amount)).toEqual(fee);
  });

  test('with decimals in its basis points is exact', () => {
    const schedule = { ...noFees('HKD'), tiers: [{ ...tier(0, 0n), bps: 12_500n }] };
    expect(feeOf(schedule, 80_000_00n).totalMinor).toBe(10_00n);
    expect(feeOf(schedule, 79_999_99n).totalMinor).toBe(9_99n);
  });

  test('of nobody’s agreement is nothing', () => {
    fc.assert(fc.property(anyAmount, (amount) => feeOf(noFees('HKD'), amount).totalMinor === 0n));
  });

  test('is for no amount below zero', () => {
    expect(() => feeOf(JPY, -1n)).toThrow(RangeError);
  });

  test('keeps its bounds, its parts sum, and it leaves amounts that can be paid', () => {
    fc.assert(
      fc.property(anySchedule, anyAmount, (schedule, steps) => {
        const { step } = currency(schedule.currencyCode);
        const amount = steps * step;
        const fee = feeOf(schedule, amount);
        expect(fee.bpsPartMinor + fee.fixedPartMinor).toBe(fee.totalMinor);
        expect(fee.bpsPartMinor >= 0n && fee.fixedPartMinor >= 0n).toBe(true);
        expect(fee.totalMinor <= amount).toBe(true);
        expect(fee.totalMinor % step).toBe(0n);
        if (amount >= schedule.minMinor) expect(fee.totalMinor >= schedule.minMinor).toBe(true);
        if (schedule.maxMinor !== undefined) {
          expect(fee.totalMinor <= schedule.maxMinor).toBe(true);
        }
      }),
    );
  });

  test('is less than one payable step below the exact one, and never above it', () => {
    fc.assert(
      fc.property(anySchedule, anyAmount, ({ maxMinor: _, ...schedule }, steps) => {
        const [only] = schedule.tiers;
        const { step } = currency(schedule.currencyCode);
        const amount = steps * step;
        const { totalMinor } = feeOf({ ...schedule, minMinor: 0n }, amount);
        const per = fineBps(10_000);
        const exact = amount * (only?.bps ?? 0n) + (only?.fixedMinor ?? 0n) * per;
        const lost = (exact < amount * per ? exact : amount * per) - totalMinor * per;
        expect(lost >= 0n && lost < step * per).toBe(true);
      }),
    );
  });

  test('never falls as the amount grows', () => {
    fc.assert(
      fc.property(anySchedule, anyAmount, anyAmount, (schedule, one, more) => {
        const { step } = currency(schedule.currencyCode);
        const smaller = feeOf(schedule, one * step).totalMinor;
        expect(feeOf(schedule, (one + more) * step).totalMinor >= smaller).toBe(true);
      }),
    );
  });
});

describe('the fee that refunds give back', () => {
  const charged = { feeMinor: 25n, capturedMinor: 1_280n };

  test('is its share, rounded down', () => {
    expect(feeReturnedSoFar(JPY, charged, 0n)).toBe(0n);
    expect(feeReturnedSoFar(JPY, charged, 51n)).toBe(0n);
    expect(feeReturnedSoFar(JPY, charged, 52n)).toBe(1n);
    expect(feeReturnedSoFar(JPY, charged, 1_279n)).toBe(24n);
    expect(feeReturnedSoFar(JPY, charged, 1_280n)).toBe(25n);
    expect(feeReturnedSoFar(JPY, { feeMinor: 0n, capturedMinor: 0n }, 0n)).toBe(0n);
  });

  test('is nothing where the fee is not refundable', () => {
    expect(feeReturnedSoFar({ ...JPY, refundable: false }, charged, 1_280n)).toBe(0n);
  });

  test('is of no more than was captured', () => {
    expect(() => feeReturnedSoFar(JPY, charged, 1_281n)).toThrow(RangeError);
    expect(() => feeReturnedSoFar(JPY, charged, -1n)).toThrow(RangeError);
  });

  test('sums exactly to the fee, in whatever parts a payment is refunded', () => {
    const parts = fc.array(fc.bigInt({ min: 1n, max: 10n ** 9n }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(anySchedule, parts, (schedule, steps) => {
        const { step } = currency(schedule.currencyCode);
        const refunds = steps.map((part) => part * step);
        const capturedMinor = refunds.reduce((sum, part) => sum + part, 0n);
        const feeMinor = feeOf(schedule, capturedMinor).totalMinor;
        let refunded = 0n;
        let returned = 0n;
        for (const refund of refunds) {
          refunded += refund;
          const soFar = feeReturnedSoFar(schedule, { feeMinor, capturedMinor }, refunded);
          expect(soFar - returned >= 0n && soFar - returned <= refund).toBe(true);
          expect((soFar - returned) % step).toBe(0n);
          returned = soFar;
        }
        expect(returned).toBe(schedule.refundable ? feeMinor : 0n);
      }),
    );
  });
});
