import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { type RowColumn, rowArray } from './row-array.ts';

const sql = `
  CREATE TYPE sample AS (
    small smallint, whole integer, large bigint, flag boolean, words text, id uuid, bytes bytea,
    at timestamptz, day date);`;
const { db } = await testDatabase([{ name: '0001_init', sql }]);

interface Sample {
  small: number | null;
  whole: number | null;
  large: bigint | null;
  flag: boolean | null;
  words: string | null;
  id: string | null;
  bytes: Uint8Array | null;
  at: Date | null;
  day: string | null;
}

const COLUMNS: RowColumn<Sample>[] = [
  { type: 'smallint', of: (row) => row.small },
  { type: 'integer', of: (row) => row.whole },
  { type: 'bigint', of: (row) => row.large },
  { type: 'boolean', of: (row) => row.flag },
  { type: 'text', of: (row) => row.words },
  { type: 'uuid', of: (row) => row.id },
  { type: 'bytea', of: (row) => row.bytes },
  { type: 'timestamptz', of: (row) => row.at },
  { type: 'date', of: (row) => row.day },
];

const READ = 'SELECT * FROM unnest($1::sample[]) WITH ORDINALITY ORDER BY ordinality';

async function roundTrip(rows: Sample[]): Promise<unknown[]> {
  const read = await db.query<Sample & { ordinality: bigint }>(READ, [
    rowArray('sample', rows, COLUMNS),
  ]);
  return read.map(({ ordinality: _, ...row }) => row);
}

const least: Sample = {
  small: -32_768,
  whole: -2_147_483_648,
  large: -(2n ** 63n),
  flag: false,
  words: '',
  id: '00000000-0000-0000-0000-000000000000',
  bytes: Buffer.alloc(0),
  at: new Date('1901-02-03T04:05:06.789Z'),
  day: '1999-12-31',
};
const most: Sample = {
  small: 32_767,
  whole: 2_147_483_647,
  large: 2n ** 63n - 1n,
  flag: true,
  words: 'NULL, "quoted" {\\} 香港 🚕',
  id: 'ffffffff-0123-4567-89ab-cdefffffffff',
  bytes: Buffer.from([0, 1, 92, 255]),
  at: new Date('2126-11-22T23:59:59.999Z'),
  day: '2126-02-28',
};
const none: Sample = {
  ...{ small: null, whole: null, large: null, flag: null, words: null },
  ...{ id: null, bytes: null, at: null, day: null },
};

test('every type arrives as it was, at its limits and absent', async () => {
  expect(await roundTrip([least, most, none])).toEqual([least, most, none]);
});

test('no rows are an empty array, and many go beyond the first buffer', async () => {
  expect(await roundTrip([])).toEqual([]);
  const many = Array.from({ length: 3_000 }, (_, n) => ({ ...most, whole: n }));
  expect(await roundTrip(many)).toEqual(many);
});

test.each([
  ['smallint', { small: 32_768 }],
  ['integer', { whole: 1.5 }],
  ['bigint', { large: 2n ** 63n }],
  ['uuid', { id: 'ffffffff-0123-4567-89ab-cdefffffffzz' }],
  ['uuid', { id: 'ffffffff' }],
  ['timestamptz', { at: new Date(Number.NaN) }],
  ['date', { day: 'yesterday' }],
])('a value that a %s cannot hold is the fault of its row', async (_, wrong) => {
  await expect(roundTrip([{ ...least, ...wrong }])).rejects.toMatchObject({ code: '22000' });
});
