import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyAmount, anyRate } from './arbitraries.ts';
import {
  bpsOf,
  fineBps,
  formatBps,
  formatFraction,
  fractionOf,
  parseBps,
  partInBps,
  spreadInBps,
} from './basis-points.ts';
import { markupBps } from './markup.ts';
import { formatRate, parseRate } from './rate.ts';

// An amount times a share has more digits than decimal.js keeps unless told.
const Oracle = Decimal.clone({ precision: 80 });

describe('basis points with four decimals', () => {
  it('are parts of a whole, rounded to the nearest', () => {
    expect(formatBps(partInBps(30n, 1_280n))).toBe('234.375');
    expect(formatBps(partInBps(1n, 3n))).toBe('3333.3333');
    expect(formatBps(partInBps(2n, 3n))).toBe('6666.6667');
    expect(formatBps(fractionOf(fineBps(500), 3n, 12n))).toBe('125');
    expect(() => partInBps(1n, 0n)).toThrow();
  });

  it('are written in one way, as points or as a fraction of one', () => {
    const written = [0n, 1n, 12_500n, -30_000n, fineBps(10_000)];
    expect(written.map(formatBps)).toEqual(['0', '0.0001', '1.25', '-3', '10000']);
    expect(written.map(formatFraction)).toEqual(['0', '0.00000001', '0.000125', '-0.0003', '1']);
  });

  it('are read from what is written, and from nothing else', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: fineBps(10_000) }), (bps) => {
        expect(parseBps(formatBps(bps))).toBe(bps);
      }),
    );
    for (const text of ['', '-1', '1.00001', '10000.0001', '1e2', '.5', '5.', ' 5', '5 %']) {
      expect(() => parseBps(text), text).toThrow(/basis points/);
    }
  });

  it('of an amount are rounded down', () => {
    expect(bpsOf(9_999n, fineBps(1))).toBe(0n);
    expect(bpsOf(10_000n, fineBps(1))).toBe(1n);
    fc.assert(
      fc.property(anyAmount, fc.bigInt({ min: 0n, max: fineBps(10_000) }), (amount, bps) => {
        const exact = new Oracle(String(amount)).mul(formatBps(bps)).div(10_000);
        expect(bpsOf(amount, bps)).toBe(BigInt(exact.floor().toFixed()));
      }),
    );
  });

  it('tell the distance of two rates, as decimal.js has it', () => {
    expect(formatBps(spreadInBps(parseRate('20.0977'), parseRate('19.9377')))).toBe('80.25');
    fc.assert(
      fc.property(anyRate, anyRate, (mid, rate) => {
        const exact = new Decimal(formatRate(mid))
          .div(formatRate(rate))
          .minus(1)
          .mul(10_000)
          .toDecimalPlaces(4, Decimal.ROUND_HALF_EVEN);
        const found = formatBps(spreadInBps(mid, rate));
        // The oracle divides to twenty digits, which can differ at an exact half.
        expect(new Decimal(found).minus(exact).abs().lte('0.0001')).toBe(true);
      }),
    );
  });

  it('agree with the markup that is disclosed, which rounds up', () => {
    fc.assert(
      fc.property(anyRate, anyRate, (mid, rate) => {
        const fine = spreadInBps(mid, rate);
        const disclosed = fineBps(markupBps(mid, rate));
        expect(disclosed - fine >= -1n && disclosed - fine <= fineBps(1)).toBe(true);
      }),
    );
  });
});
