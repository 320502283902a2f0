import { expect, test } from 'vitest';
import { fuzz } from './fuzz.fixture.ts';

// The long form, of a million inputs and more, is `node libs/transit/fuzz.mjs`.
test('whatever is shown, a gate answers in time and opens for nothing but what is right', async () => {
  const { problems, outcomes } = await fuzz(3000, 20_261_130, () => performance.now());
  expect(problems).toEqual([]);
  const met = ['OK', 'CODE_EXPIRED', 'QUOTA_EXCEEDED', 'UNSUPPORTED', 'BAD_SIGNATURE'];
  expect(met.filter((outcome) => outcomes[outcome] === undefined)).toEqual([]);
});
