import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyRate, rateText } from './arbitraries.ts';
import type { Rounding } from './division.ts';
import { applyBps, deviationBps, markupBps } from './markup.ts';
import {
  compareRates,
  crossRate,
  formatRate,
  invertRate,
  meanRate,
  parseRate,
  type Rate,
  roundRate,
} from './rate.ts';

const Oracle = Decimal.clone({ precision: 80, toExpNeg: -50, toExpPos: 50 });
const MODE = {
  up: Decimal.ROUND_UP,
  down: Decimal.ROUND_DOWN,
  half_even: Decimal.ROUND_HALF_EVEN,
} as const;
const rounding = fc.constantFrom<Rounding>('up', 'down', 'half_even');
const digits = fc.integer({ min: 1, max: 12 });
const exact = (rate: Rate) => new Oracle(formatRate(rate));
const refused = (code: string) => expect.objectContaining({ name: 'MoneyError', code });

test('a rate has one text', () => {
  expect(formatRate(parseRate('0019.5000'))).toBe('19.5');
  expect(formatRate(parseRate('0.0512'))).toBe('0.0512');
  expect(formatRate(parseRate('25000'))).toBe('25000');
  expect(formatRate(parseRate('0.00000123456789012'))).toBe('0.00000123456789012');
  fc.assert(
    fc.property(rateText, (text) => {
      expect(formatRate(parseRate(text))).toBe(new Oracle(text).toString());
      expect(parseRate(formatRate(parseRate(text)))).toEqual(parseRate(text));
    }),
  );
});

test('refuses what is no rate, or more precise than a rate', () => {
  for (const text of ['', '0', '0.000', '-1', '1e5', '1.', '.5', 'NaN', 'Infinity', ' 1', '1,5']) {
    expect(() => parseRate(text), text).toThrow(refused('BAD_RATE'));
  }
  expect(() => parseRate('1.234567890123')).toThrow(refused('RATE_TOO_PRECISE'));
  expect(formatRate(parseRate('1.234567890123', 'down'))).toBe('1.23456789012');
  expect(formatRate(parseRate('1.234567890000000'))).toBe('1.23456789');
  expect(() => parseRate('1000000000.1')).toThrow(refused('RATE_OUT_OF_RANGE'));
  expect(() => parseRate('0.0000000009')).toThrow(refused('RATE_OUT_OF_RANGE'));
  expect(() => roundRate(parseRate('1'), 13, 'down')).toThrow(refused('BAD_DIGITS'));
});

test('derived rates agree with the oracle', () => {
  fc.assert(
    fc.property(anyRate, anyRate, digits, rounding, (a, b, n, mode) => {
      const at = (value: Decimal, places = n) =>
        value.toSignificantDigits(places, MODE[mode]).toString();
      expect(formatRate(roundRate(a, n, mode))).toBe(at(exact(a)));
      expect(formatRate(invertRate(a, n, mode))).toBe(at(new Oracle(1).div(exact(a))));
      expect(formatRate(meanRate(a, b, mode))).toBe(at(exact(a).plus(exact(b)).div(2), 12));
      const ratio = exact(a).div(exact(b));
      fc.pre(ratio.gt('1e-8') && ratio.lt('1e8'));
      expect(formatRate(crossRate({ payeePerBase: a, payerPerBase: b }, n, mode))).toBe(at(ratio));
    }),
  );
});

test('rates compare by value', () => {
  fc.assert(
    fc.property(anyRate, anyRate, (a, b) => {
      expect(compareRates(a, b)).toBe(exact(a).comparedTo(exact(b)));
      expect(compareRates(a, a)).toBe(0);
    }),
  );
});

test('a markup makes the payer pay that much more, and is disclosed in full', () => {
  fc.assert(
    fc.property(anyRate, fc.integer({ min: 0, max: 9_999 }), rounding, (mid, bps, mode) => {
      const allIn = applyBps(mid, bps, mode);
      const oracle = exact(mid).div(new Oracle(1).plus(new Oracle(bps).div(10_000)));
      expect(formatRate(allIn)).toBe(oracle.toSignificantDigits(12, MODE[mode]).toString());
      const disclosed = markupBps(mid, allIn);
      expect(disclosed).toBeGreaterThanOrEqual(mode === 'down' ? bps : bps - 1);
      expect(disclosed).toBeLessThanOrEqual(bps + 1);
    }),
  );
  expect(() => applyBps(parseRate('1'), -5, 'down')).toThrow(refused('BAD_BPS'));
  expect(() => applyBps(parseRate('1'), 0.5, 'down')).toThrow(refused('BAD_BPS'));
  expect(markupBps(parseRate('1'), parseRate('1.01'))).toBe(-99);
});

test('a deviation is measured from the reference and rounded up', () => {
  expect(deviationBps(parseRate('1.01'), parseRate('1'))).toBe(100);
  expect(deviationBps(parseRate('0.98999'), parseRate('1'))).toBe(101);
  expect(deviationBps(parseRate('7.8'), parseRate('7.8'))).toBe(0);
});
