import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FairQueue } from './fair-queue.ts';

test('parties take turns, each in its own order', () => {
  const queue = new FairQueue<string>();
  for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'c2']) queue.push(item.charAt(0), item);
  queue.pushFirst('c', 'c0');
  const order = Array.from({ length: 8 }, () => queue.shift());
  expect(order).toEqual(['a1', 'b1', 'c0', 'a2', 'c1', 'a3', 'c2', undefined]);
});

test('the newest item of the longest line is displaced, if it is long enough', () => {
  const queue = new FairQueue<string>();
  for (const item of ['a1', 'b1', 'a2', 'a3']) queue.push(item.charAt(0), item);
  expect(queue.popFromLongest(3)).toBeUndefined();
  expect(queue.popFromLongest(2)).toBe('a3');
  expect([queue.length, queue.lengthOf('a'), queue.lengthOf('b')]).toEqual([3, 2, 1]);
});

test('nothing is lost or invented, and every party keeps its order', () => {
  const steps = fc.array(fc.record({ push: fc.boolean(), party: fc.constantFrom('a', 'b', 'c') }), {
    maxLength: 3_000,
    size: 'max',
  });
  fc.assert(
    fc.property(steps, (list) => {
      const queue = new FairQueue<{ party: string; number: number }>();
      const model = new Map<string, number[]>();
      list.forEach(({ push, party }, number) => {
        if (push) {
          queue.push(party, { party, number });
          model.set(party, [...(model.get(party) ?? []), number]);
          return;
        }
        const item = queue.shift();
        if (item !== undefined) expect(item.number).toBe(model.get(item.party)?.shift());
      });
      const left = [...model.values()].reduce((sum, numbers) => sum + numbers.length, 0);
      expect(queue.length).toBe(left);
    }),
    { numRuns: 30 },
  );
});
