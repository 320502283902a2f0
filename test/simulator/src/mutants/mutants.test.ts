import { expect, test } from 'vitest';
import { hunt } from './hunt.ts';
import { MUTANTS } from './list.ts';

const SEED = 1;
const SIZE = 60;
/** Lived from the one on that finds a mutant now, since any change of the code makes others of them. */
const HISTORIES = 30;

const options = { root: process.cwd(), seed: SEED, size: SIZE, payments: HISTORIES * SIZE };

test.each(MUTANTS)(
  'finds $name',
  async ({ name, edits, foundAt }) => {
    const { broken, payments } = await hunt({ edits }, { ...options, from: foundAt });
    expect(broken[0], `${name} is not found in ${payments} payments`).toBeDefined();
  },
  120_000,
);

test('finds nothing where nothing is wrong', async () => {
  const { broken } = await hunt({ edits: [] }, { ...options, payments: 5 * SIZE });
  expect(broken).toEqual([]);
}, 120_000);
