import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocate } from './allocate.ts';
import { anyAmount } from './arbitraries.ts';

const weights = fc
  .array(fc.bigInt({ min: 0n, max: 10n ** 6n }), { minLength: 1, maxLength: 20 })
  .filter((list) => list.some((weight) => weight > 0n));

test('parts sum exactly, each within one minor unit of its share', () => {
  fc.assert(
    fc.property(anyAmount, weights, (total, list) => {
      const parts = allocate(total, list);
      const sum = list.reduce((a, b) => a + b, 0n);
      expect(parts.reduce((a, b) => a + b, 0n)).toBe(total);
      for (const [index, part] of parts.entries()) {
        const share = total * (list[index] ?? 0n);
        expect(part === share / sum || (part === share / sum + 1n && share % sum > 0n)).toBe(true);
      }
    }),
  );
});

test('a larger weight never gets less, and equals favour the earlier', () => {
  fc.assert(
    fc.property(anyAmount, weights, (total, list) => {
      const parts = allocate(total, list);
      for (let i = 0; i < list.length; i += 1) {
        for (let j = i + 1; j < list.length; j += 1) {
          const [a = 0n, b = 0n, wa = 0n, wb = 0n] = [parts[i], parts[j], list[i], list[j]];
          if (wa >= wb) expect(a).toBeGreaterThanOrEqual(b);
          else expect(a).toBeLessThanOrEqual(b);
        }
      }
    }),
  );
  expect(allocate(5n, [1n, 1n, 1n])).toEqual([2n, 2n, 1n]);
  expect(allocate(1n, [0n, 1n, 1n])).toEqual([0n, 1n, 0n]);
});

test('refuses weights that divide nothing', () => {
  const refused = expect.objectContaining({ name: 'MoneyError', code: 'BAD_WEIGHTS' });
  expect(() => allocate(1n, [])).toThrow(refused);
  expect(() => allocate(1n, [0n, 0n])).toThrow(refused);
  expect(() => allocate(1n, [2n, -1n])).toThrow(refused);
});
