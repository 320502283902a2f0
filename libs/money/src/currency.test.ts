import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { currencies, currency, currencyByNumeric, isCurrency } from './currency.ts';

test('knows the currencies of the corridors', () => {
  for (const code of 'HKD CNY JPY KRW THB SGD MYR PHP IDR MOP USD EUR GBP KWD BHD VND'.split(' ')) {
    expect(currency(code).code).toBe(code);
    expect(currencyByNumeric(currency(code).numeric)).toBe(currency(code));
  }
  expect(currency('IDR').step).toBe(100n);
});

test('refuses what it does not know, lower case and property names included', () => {
  for (const code of ['XXX', 'hkd', '', '__proto__', 'constructor']) {
    expect(isCurrency(code)).toBe(false);
    expect(() => currency(code)).toThrow(expect.objectContaining({ code: 'UNKNOWN_CURRENCY' }));
  }
  expect(() => currencyByNumeric('999')).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_CURRENCY' }),
  );
});

const isoList = resolve('../shared/data/iso4217/active_currencies.csv');

test.skipIf(!existsSync(isoList))('agrees with ISO 4217 (skipped where the list is absent)', () => {
  const rows = readFileSync(isoList, 'utf8').trim().split(/\r?\n/);
  const iso = new Map(rows.map((row) => [row.slice(0, 3), row]));
  for (const { code, numeric, exponent, name } of currencies()) {
    expect(iso.get(code)).toBe([code, numeric, exponent, name].join(','));
  }
});
