import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  checkedAmount,
  formatMajor,
  formatMoney,
  isPayable,
  MAX_AMOUNT_MINOR,
  parseMajor,
} from './amount.ts';
import { anyAmount, anyCurrency } from './arbitraries.ts';

const refused = (code: string) => expect.objectContaining({ name: 'MoneyError', code });

test('formats for people', () => {
  expect(formatMoney({ currencyCode: 'JPY', amountMinor: 1280n })).toBe('JPY 1,280');
  expect(formatMoney({ currencyCode: 'HKD', amountMinor: 6421n })).toBe('HKD 64.21');
  expect(formatMoney({ currencyCode: 'KWD', amountMinor: 5n })).toBe('KWD 0.005');
  expect(formatMoney({ currencyCode: 'HKD', amountMinor: -123456789n })).toBe('HKD -1,234,567.89');
});

test('reads major units without rounding', () => {
  expect(parseMajor('64.21', 'HKD')).toBe(6421n);
  expect(parseMajor('64.2', 'HKD')).toBe(6420n);
  expect(parseMajor('1280.00', 'JPY')).toBe(1280n);
  expect(() => parseMajor('64.213', 'HKD')).toThrow(refused('AMOUNT_NOT_REPRESENTABLE'));
  expect(() => parseMajor('0.5', 'JPY')).toThrow(refused('AMOUNT_NOT_REPRESENTABLE'));
  expect(() => parseMajor('9999999999999999', 'HKD')).toThrow(refused('AMOUNT_OUT_OF_RANGE'));
  expect(() => parseMajor('1', 'XXX')).toThrow(refused('UNKNOWN_CURRENCY'));
  for (const text of ['', '1,280', '+1', '1e3', '.5', '5.', ' 1', '1\n', '0x10', 'NaN', '١']) {
    expect(() => parseMajor(text, 'HKD'), text).toThrow(refused('BAD_AMOUNT'));
  }
});

test('what is written is what is read', () => {
  fc.assert(
    fc.property(anyCurrency, anyAmount, fc.boolean(), ({ code }, amount, negative) => {
      const amountMinor = negative ? -amount : amount;
      expect(parseMajor(formatMajor(amountMinor, code), code)).toBe(amountMinor);
      const shown = formatMoney({ currencyCode: code, amountMinor });
      expect(parseMajor(shown.slice(4).replaceAll(',', ''), code)).toBe(amountMinor);
    }),
  );
});

test('a payable amount is positive, in range and a multiple of the step', () => {
  expect(isPayable(1n, 'HKD')).toBe(true);
  expect(isPayable(0n, 'HKD')).toBe(false);
  expect(isPayable(-1n, 'HKD')).toBe(false);
  expect(isPayable(150n, 'IDR')).toBe(false);
  expect(isPayable(1500n, 'IDR')).toBe(true);
  expect(isPayable(MAX_AMOUNT_MINOR + 1n, 'JPY')).toBe(false);
});

test('no amount passes the bound', () => {
  expect(checkedAmount(-MAX_AMOUNT_MINOR)).toBe(-MAX_AMOUNT_MINOR);
  expect(() => checkedAmount(MAX_AMOUNT_MINOR + 1n)).toThrow(refused('AMOUNT_OUT_OF_RANGE'));
});
