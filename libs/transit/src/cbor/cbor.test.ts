import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '../bytes.ts';
import { decodeCbor } from './decode.ts';
import { encodeCbor } from './encode.ts';
import { type CborValue, MalformedError } from './value.ts';

const key = fc.bigInt({ min: -(1n << 40n), max: 1n << 40n });
const { value } = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.bigInt({ min: -(1n << 64n), max: (1n << 64n) - 1n }),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.uint8Array({ maxLength: 30 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
  ),
}));

test('what is written is read again, and has one encoding', () => {
  fc.assert(
    fc.property(value, (written) => {
      const bytes = encodeCbor(written);
      const read = decodeCbor(bytes);
      expect(read).toEqual(written);
      expect(encodeCbor(read)).toEqual(bytes);
    }),
  );
});

test('bytes that are read are written the same: nothing has two encodings', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
      let read: CborValue;
      try {
        read = decodeCbor(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedError);
        return;
      }
      expect(encodeCbor(read)).toEqual(bytes);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['00', 0n],
  ['1903e8', 1000n],
  ['3903e7', -1000n],
  ['1bffffffffffffffff', (1n << 64n) - 1n],
  ['4401020304', new Uint8Array([1, 2, 3, 4])],
  ['62c3bc', 'ü'],
  ['83010203', [1n, 2n, 3n]],
])('%s is as RFC 8949 has it', (hex, expected) => {
  expect(decodeCbor(bytes(hex))).toEqual(expected);
  expect(toHex(encodeCbor(expected))).toBe(hex);
});

test.each([
  ['nothing', ''],
  ['an integer longer than needed', '1817'],
  ['a length longer than needed', '580161'],
  ['an indefinite array', '9f01ff'],
  ['an indefinite text', '7f6161ff'],
  ['a key twice', 'a201010102'],
  ['keys out of order', 'a202010101'],
  ['a key that is a text', 'a1616101'],
  ['a float', 'f93c00'],
  ['true', 'f5'],
  ['null', 'f6'],
  ['a tag within', '81c101'],
  ['a text that is not UTF-8', '61ff'],
  ['bytes left over', '0000'],
  ['a text that ends early', '6361'],
  ['an array that claims four thousand million items', '9affffffff00'],
  ['a byte string longer than memory', '5bffffffffffffffff'],
  ['arrays nested a thousand times', '81'.repeat(1000)],
])('%s is refused', (_what, hex) => {
  expect(() => decodeCbor(bytes(hex))).toThrow(MalformedError);
});

function bytes(hex: string): Uint8Array {
  return fromHex(hex) ?? new Uint8Array();
}
