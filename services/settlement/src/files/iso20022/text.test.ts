import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bankId, bankText, schemaRate } from './text.ts';

test.each([
  ['Sakura & Söhne', 'Sakura + Sohne'],
  ['Łódź Straße Ægir', 'Lodz Strasse AEgir'],
  ['東京 <b>', '.. .b.'],
  ['//a//b/', 'a/b'],
  ['  x ', 'x'],
])('%s is told as %s', (text, told) => {
  expect(bankText(text, 140)).toBe(told);
});

test('a text keeps to its characters and its length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, max) => {
      const told = bankText(text, max);
      expect(told.length).toBeLessThanOrEqual(max);
      expect(told).toMatch(/^$|^[A-Za-z0-9\-?:().,'+ ](?:\/?[A-Za-z0-9\-?:().,'+ ])*$/);
    }),
  );
});

test('an id stays itself where it can, and two stay two', () => {
  expect(bankId('harbour-wallet', 35)).toBe('harbour-wallet');
  const long = 'a'.repeat(40);
  expect(bankId(long, 35)).toHaveLength(35);
  expect(bankId(long, 35)).not.toBe(bankId(`${long}b`, 35));
  expect(bankId('東', 35)).not.toBe(bankId('京', 35));
});

test.each([
  ['19.1234567891', '19.123456789'],
  ['0.00000000123456', '0.0000000012'],
  ['0.00000000001', undefined],
  ['123456', '123456'],
  ['4.51', '4.51'],
])('a rate of %s is %s to a schema', (rate, told) => {
  expect(schemaRate(rate)).toBe(told);
});
