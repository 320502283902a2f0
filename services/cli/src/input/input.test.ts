import { describe, expect, it } from 'vitest';
import { parseAmount, parseCurrency } from './amount.ts';
import { pickNamed } from './names.ts';
import { UsageError } from './usage.ts';
import { wholeNumber } from './whole.ts';

describe('an amount', () => {
  it.each([
    [['1280', 'JPY'], 'JPY', 1280n],
    [['JPY', '1280'], 'JPY', 1280n],
    [['1280 JPY'], 'JPY', 1280n],
    [['JPY 1,280'], 'JPY', 1280n],
    [['64.21', 'hkd'], 'HKD', 6421n],
    [['64.2', 'HKD'], 'HKD', 6420n],
    [['1,234,567.89', 'HKD'], 'HKD', 123456789n],
    [['1.500', 'KWD'], 'KWD', 1500n],
  ])('%j is %s %d minor units', (words, currencyCode, amountMinor) => {
    expect(parseAmount(words)).toEqual({ currencyCode, amountMinor });
  });

  it.each([
    [['1280']],
    [['12.5', 'JPY']],
    [['1e3', 'JPY']],
    [['12,80', 'JPY']],
    [['1280', 'XXX']],
    [['JPY']],
    [['1', '2', 'JPY']],
    [['']],
  ])('%j is refused in words', (words) => {
    expect(() => parseAmount(words)).toThrow(UsageError);
  });

  it('says what would have been right', () => {
    expect(() => parseAmount(['12.5', 'JPY'])).toThrow(/JPY has 0 decimal places/);
    expect(() => parseCurrency('yen')).toThrow(/HKD .*JPY/);
  });
});

describe('a name', () => {
  const known = [
    { id: '0b0e5f5e-0000-4000-8000-000000000001', name: 'Kumo Coffee' },
    { id: '0b0e5f5e-0000-4000-8000-000000000002', name: 'Kumo' },
    { id: '0b0e5f5e-0000-4000-8000-000000000003', name: 'Kite' },
  ];

  it('may be short as long as it is clear', () => {
    expect(pickNamed('merchant', 'kumo c', known).name).toBe('Kumo Coffee');
    expect(pickNamed('merchant', 'ki', known).name).toBe('Kite');
  });

  it('wins whole over longer ones', () => {
    expect(pickNamed('merchant', 'KUMO', known).name).toBe('Kumo');
  });

  it('may be an id', () => {
    const id = '0b0e5f5e-0000-4000-8000-000000000003';
    expect(pickNamed('merchant', id, known).name).toBe('Kite');
  });

  it('that fits several or none is refused with the choice', () => {
    expect(() => pickNamed('merchant', 'k', known)).toThrow(/several merchants fit/);
    expect(() => pickNamed('merchant', 'z', known)).toThrow(/Kumo Coffee, Kumo, Kite/);
    expect(() => pickNamed('merchant', '', known)).toThrow(UsageError);
  });
});

describe('a whole number', () => {
  it('is held to its bounds', () => {
    const parse = wholeNumber('--ttl', 1, 60);
    expect(parse('60')).toBe(60);
    for (const typed of ['0', '61', '1.5', '-1', 'ten', '']) {
      expect(() => parse(typed)).toThrow(/--ttl takes a whole number from 1 to 60/);
    }
  });
});
