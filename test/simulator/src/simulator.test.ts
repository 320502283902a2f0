import { expect, test } from 'vitest';
import { live } from './history.ts';
import { seedOf } from './kernel/chance.ts';
import { storyOf } from './story.ts';

const SEED = 20_260_310;
const HISTORIES = 10;
const PAYMENTS = 60;

test('no rule is broken, and payments end in every way', async () => {
  const ends = new Map<string, number>();
  const broken: unknown[] = [];
  let faults = 0;
  for (let history = 0; history < HISTORIES; history += 1) {
    const lived = await live({ seed: seedOf(SEED, history), payments: PAYMENTS });
    faults += lived.parts.faults.length;
    for (const [state, count] of lived.ends) ends.set(state, (ends.get(state) ?? 0) + count);
    for (const violation of lived.violations) broken.push({ history, ...violation });
  }
  expect(broken).toEqual([]);
  // Rules hold easily where nothing happens.
  expect([...ends.keys()].sort()).toEqual(['CANCELLED', 'DECLINED', 'SUCCEEDED']);
  expect(faults).toBeGreaterThan(500);
}, 120_000);

test('a history is the same whenever it is lived', async () => {
  const options = { seed: seedOf(SEED, 3), payments: 20, isTold: true };
  const [once, again] = [await live(options), await live(options)];
  expect(storyOf(again.lines)).toBe(storyOf(once.lines));
  expect(once.parts.faults.length).toBeGreaterThan(0);
}, 120_000);
