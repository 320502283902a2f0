import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_AMOUNT_MINOR } from './amount.ts';
import { anyCurrency, anyRate, smallAmount } from './arbitraries.ts';
import { payeeAmountFor, payerAmountFor, splitPayer } from './convert.ts';
import type { Currency } from './currency.ts';
import { compareRates, formatRate, parseRate, type Rate } from './rate.ts';

const Oracle = Decimal.clone({ precision: 80 });
const refused = (code: string) => expect.objectContaining({ name: 'MoneyError', code });

/** Rounds an exact minor amount to the step; the oracle's own rounding, not the library's. */
function toStep(exact: Decimal, { step }: Currency, mode: Decimal.Rounding): bigint {
  const unit = new Oracle(String(step));
  return BigInt(exact.div(unit).toDecimalPlaces(0, mode).times(unit).toFixed(0));
}

function exactPayer(payeeMinor: bigint, payee: Currency, payer: Currency, rate: Rate): Decimal {
  const major = new Oracle(String(payeeMinor)).div(new Oracle(10).pow(payee.exponent));
  return major.div(formatRate(rate)).times(new Oracle(10).pow(payer.exponent));
}

test('the examples of the tour', () => {
  const payee = { currencyCode: 'JPY', amountMinor: 1280n };
  const rate = parseRate('19.9346');
  expect(payerAmountFor({ payee, payerCurrency: 'HKD', rate, rounding: 'up' })).toBe(6421n);
  const payer = { currencyCode: 'HKD', amountMinor: 6421n };
  expect(payeeAmountFor({ payer, payeeCurrency: 'JPY', rate, rounding: 'down' })).toBe(1280n);
});

test('the payer amount agrees with the oracle, rounded up, down and to even', () => {
  fc.assert(
    fc.property(anyCurrency, anyCurrency, smallAmount, anyRate, (from, to, amountMinor, rate) => {
      const payee = { currencyCode: to.code, amountMinor };
      const price = (rounding: 'up' | 'down' | 'half_even') =>
        payerAmountFor({ payee, payerCurrency: from.code, rate, rounding });
      const exact = exactPayer(amountMinor, to, from, rate);
      fc.pre(exact.lt(String(MAX_AMOUNT_MINOR / 2n)));
      expect(price('up')).toBe(toStep(exact, from, Decimal.ROUND_UP));
      expect(price('down')).toBe(toStep(exact, from, Decimal.ROUND_DOWN));
      expect(price('half_even')).toBe(toStep(exact, from, Decimal.ROUND_HALF_EVEN));
      expect(price('up')).toBeGreaterThan(0n);
    }),
  );
});

test('the payee amount agrees with the oracle, and priced back costs no more than offered', () => {
  fc.assert(
    fc.property(anyCurrency, anyCurrency, smallAmount, anyRate, (from, to, units, rate) => {
      const offered = units * from.step;
      const payer = { currencyCode: from.code, amountMinor: offered };
      const exact = new Oracle(String(offered))
        .div(new Oracle(10).pow(from.exponent))
        .times(formatRate(rate))
        .times(new Oracle(10).pow(to.exponent));
      fc.pre(exact.lt(String(MAX_AMOUNT_MINOR / 2n)));
      const delivered = payeeAmountFor({ payer, payeeCurrency: to.code, rate, rounding: 'down' });
      expect(delivered).toBe(toStep(exact, to, Decimal.ROUND_DOWN));
      const payee = { currencyCode: to.code, amountMinor: delivered };
      const payerCurrency = from.code;
      expect(payerAmountFor({ payee, payerCurrency, rate, rounding: 'up' })).toBeLessThanOrEqual(
        offered,
      );
    }),
  );
});

test('a payer amount that buys nothing is answered with 0n', () => {
  const payer = { currencyCode: 'VND', amountMinor: 1n };
  const rate = parseRate('0.000012');
  expect(payeeAmountFor({ payer, payeeCurrency: 'KWD', rate, rounding: 'down' })).toBe(0n);
});

test('a split sums exactly and its residual is at most one step', () => {
  fc.assert(
    fc.property(
      anyCurrency,
      anyCurrency,
      smallAmount,
      anyRate,
      anyRate,
      (from, to, amountMinor, midRate, rate) => {
        const payee = { currencyCode: to.code, amountMinor };
        const payerCurrency = from.code;
        const limit = String(MAX_AMOUNT_MINOR / 2n);
        fc.pre(exactPayer(amountMinor, to, from, rate).lt(limit));
        fc.pre(exactPayer(amountMinor, to, from, midRate).lt(limit));
        const payerAmountMinor = payerAmountFor({ payee, payerCurrency, rate, rounding: 'up' });
        const split = splitPayer({ payee, payerCurrency, payerAmountMinor, midRate, rate });
        expect(split.midMinor + split.markupMinor + split.residualMinor).toBe(payerAmountMinor);
        expect(split.residualMinor).toBeGreaterThanOrEqual(0n);
        expect(split.residualMinor).toBeLessThanOrEqual(from.step);
        if (compareRates(rate, midRate) <= 0) expect(split.markupMinor).toBeGreaterThanOrEqual(0n);
        else expect(split.markupMinor).toBeLessThanOrEqual(0n);
      },
    ),
  );
});

test('a split refuses an amount that is not the price', () => {
  const payee = { currencyCode: 'JPY', amountMinor: 1280n };
  const rate = parseRate('19.5');
  const input = { payee, payerCurrency: 'HKD', midRate: parseRate('20'), rate };
  expect(splitPayer({ ...input, payerAmountMinor: 6565n })).toEqual({
    midMinor: 6400n,
    markupMinor: 164n,
    residualMinor: 1n,
  });
  for (const payerAmountMinor of [6564n, 6566n]) {
    expect(() => splitPayer({ ...input, payerAmountMinor })).toThrow(refused('SPLIT_MISMATCH'));
  }
});

test('bad amounts and results out of range are refused', () => {
  const rate = parseRate('0.00001');
  const price = (amountMinor: bigint, currencyCode = 'VND') =>
    payerAmountFor({
      payee: { currencyCode, amountMinor },
      payerCurrency: 'KWD',
      rate,
      rounding: 'up',
    });
  expect(() => price(-1n)).toThrow(refused('BAD_AMOUNT'));
  expect(() => price(MAX_AMOUNT_MINOR)).toThrow(refused('AMOUNT_OUT_OF_RANGE'));
  expect(() => price(MAX_AMOUNT_MINOR + 1n)).toThrow(refused('AMOUNT_OUT_OF_RANGE'));
  expect(() => price(1n, 'XXX')).toThrow(refused('UNKNOWN_CURRENCY'));
});
