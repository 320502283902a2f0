import { expect, test } from 'vitest';
import { testDatabase } from './index.ts';

const migrations = [{ name: '0001_init', sql: 'CREATE TABLE coins (worth bigint NOT NULL)' }];
const [first, second] = await Promise.all([testDatabase(migrations), testDatabase(migrations)]);

test('databases made from one template share nothing', async () => {
  await first.db.query('INSERT INTO coins VALUES ($1)', [5n]);
  expect(await first.db.query('SELECT worth FROM coins')).toEqual([{ worth: 5n }]);
  expect(await second.db.query('SELECT worth FROM coins')).toEqual([]);
});
