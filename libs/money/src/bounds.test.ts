import { expect, test } from 'vitest';
import { allocate } from './allocate.ts';
import { checkedAmount, formatMajor, formatMoney, isPayable, MAX_AMOUNT_MINOR } from './amount.ts';
import { fineBps, formatBps, parseBps } from './basis-points.ts';
import { currencies } from './currency.ts';
import { applyBps } from './markup.ts';
import { formatRate, parseRate, rateFromFraction, roundRate } from './rate.ts';
import { refundedPartsSoFar } from './refund.ts';
import { shareOf } from './share.ts';

const refused = (code: string) => expect.objectContaining({ name: 'MoneyError', code });

test('the largest amounts are amounts, and the next ones are not', () => {
  expect(checkedAmount(MAX_AMOUNT_MINOR)).toBe(MAX_AMOUNT_MINOR);
  expect(checkedAmount(-MAX_AMOUNT_MINOR)).toBe(-MAX_AMOUNT_MINOR);
  for (const beyond of [MAX_AMOUNT_MINOR + 1n, -MAX_AMOUNT_MINOR - 1n]) {
    expect(() => checkedAmount(beyond)).toThrow(refused('AMOUNT_OUT_OF_RANGE'));
  }
  expect(isPayable(MAX_AMOUNT_MINOR, 'HKD')).toBe(true);
  expect(isPayable(MAX_AMOUNT_MINOR + 1n, 'HKD')).toBe(false);
});

test('zero has no sign', () => {
  expect(formatMajor(0n, 'HKD')).toBe('0.00');
  expect(formatMoney({ currencyCode: 'JPY', amountMinor: 0n })).toBe('JPY 0');
  expect(formatBps(fineBps(0))).toBe('0');
});

test('a share goes up to all of it', () => {
  const amount = { currencyCode: 'HKD', amountMinor: 12_345n };
  expect(shareOf(amount, 0)).toBe(0n);
  expect(shareOf(amount, 10_000)).toBe(12_345n);
  for (const bps of [-1, 0.5, 10_001, Number.NaN]) {
    expect(() => shareOf(amount, bps)).toThrow(refused('BAD_BPS'));
  }
  expect(formatBps(parseBps('10000'))).toBe('10000');
  expect(() => parseBps('10000.0001')).toThrow(refused('BAD_BPS'));
});

test('a markup is below all of it', () => {
  expect(formatRate(applyBps(parseRate('2'), 9_999, 'up'))).toBe('1.00005000251');
  expect(formatRate(applyBps(parseRate('2'), 0, 'up'))).toBe('2');
  for (const bps of [10_000, -1, 0.5]) {
    expect(() => applyBps(parseRate('1'), bps, 'down')).toThrow(refused('BAD_BPS'));
  }
});

test('a rate has one to twelve digits, and is made of what is above zero', () => {
  for (const digits of [0, 13, 1.5, -1]) {
    expect(() => roundRate(parseRate('1'), digits, 'down')).toThrow(refused('BAD_DIGITS'));
  }
  expect(formatRate(roundRate(parseRate('19.9'), 1, 'down'))).toBe('10');
  for (const [numerator, denominator] of [
    [0n, 1n],
    [1n, 0n],
    [-1n, 2n],
    [1n, -2n],
    [-1n, -2n],
  ] as const) {
    const made = () => rateFromFraction(numerator, denominator, 12, 'up');
    expect(made).toThrow(refused('BAD_RATE'));
  }
});

test('rates reach from a billionth to a billion', () => {
  expect(formatRate(parseRate('1000000000'))).toBe('1000000000');
  expect(formatRate(parseRate('0.000000001'))).toBe('0.000000001');
  expect(formatRate(rateFromFraction(10n ** 9n, 1n, 12, 'down'))).toBe('1000000000');
  expect(formatRate(rateFromFraction(99_999_999n, 1n, 3, 'down'))).toBe('99900000');
  expect(formatRate(rateFromFraction(101n, 10n, 1, 'up'))).toBe('20');
});

test('what is left over goes where most of it was cut off', () => {
  expect(allocate(2n, [2n, 1n])).toEqual([1n, 1n]);
  expect(allocate(5n, [1n, 1n, 1n])).toEqual([2n, 2n, 1n]);
  expect(allocate(7n, [3n, 1n])).toEqual([5n, 2n]);
});

test('the parts of a refund are those of what was captured', () => {
  const residualAlone = { midMinor: 0n, markupMinor: 0n, residualMinor: 1n };
  expect(refundedPartsSoFar(residualAlone, 1n)).toEqual(residualAlone);
  const captured = { midMinor: 90n, markupMinor: 9n, residualMinor: 1n };
  expect(refundedPartsSoFar(captured, 100n)).toEqual(captured);
  expect(() => refundedPartsSoFar(captured, 101n)).toThrow(refused('REFUND_EXCEEDS_CAPTURE'));
});

test('all currencies are told, each once', () => {
  const codes = currencies().map(({ code }) => code);
  expect(codes).toContain('JPY');
  expect(new Set(codes).size).toBe(codes.length);
});
