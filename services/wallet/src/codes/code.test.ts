import { Secret } from '@causeway/runtime';
import { manualRuntime } from '@causeway/runtime/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashCode, laneOfCode, newCode } from './code.ts';

test('a code carries its lane, also where the rest of it is masked', () => {
  const { random } = manualRuntime();
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 63 }), (lane) => {
      const code = newCode('852101', lane, random);
      expect(code).toMatch(/^85210102\d{16}$/);
      expect(laneOfCode(code)).toBe(lane);
      expect(laneOfCode(`${code.slice(0, 10)}**********${code.slice(-4)}`)).toBe(lane);
    }),
  );
});

test('every text has a lane', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const lane = laneOfCode(text);
      expect(Number.isInteger(lane) && lane >= 0 && lane < 64).toBe(true);
    }),
  );
  expect(laneOfCode('8521010299')).toBe(35);
  expect(laneOfCode('852101029')).toBe(0);
  expect(laneOfCode('85210102x9')).toBe(0);
});

test('the stored hash depends on the key', () => {
  const [a, b] = [new Secret('one key'), new Secret('another key')];
  expect(hashCode(a, '1')).toHaveLength(32);
  expect(hashCode(a, '1')).toEqual(hashCode(a, '1'));
  expect(hashCode(a, '1')).not.toEqual(hashCode(b, '1'));
});
