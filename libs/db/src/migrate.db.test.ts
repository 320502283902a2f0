import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { assertMigrated, migrate } from './migrate.ts';

const first = {
  name: '0001_first',
  sql: 'CREATE TABLE steps (n integer); INSERT INTO steps VALUES (1)',
};
const second = { name: '0002_second', sql: 'INSERT INTO steps VALUES (2)' };
const steps = 'SELECT n FROM steps ORDER BY n';

test('several processes that migrate at once apply each step once', async () => {
  const { db } = await testDatabase([]);
  await Promise.all([1, 2, 3, 4].map(() => migrate(db, [first, second])));
  expect(await db.query(steps, [])).toEqual([{ n: 1 }, { n: 2 }]);
});

test('a step that fails changes nothing and can be mended', async () => {
  const { db } = await testDatabase([first]);
  const broken = { name: '0002_second', sql: 'INSERT INTO steps VALUES (2); SELECT 1/0' };
  await expect(migrate(db, [first, broken])).rejects.toMatchObject({ code: '22012' });
  expect(await db.query(steps, [])).toEqual([{ n: 1 }]);
  await migrate(db, [first, second]);
  expect(await db.query(steps, [])).toEqual([{ n: 1 }, { n: 2 }]);
});

test('a step that was edited, or put in front of applied ones, is refused', async () => {
  const { db } = await testDatabase([first, second]);
  const edited = { ...first, sql: `${first.sql};` };
  await expect(migrate(db, [edited, second])).rejects.toThrow('was edited');
  const early = { name: '0000_early', sql: 'SELECT 1' };
  await expect(migrate(db, [early, first, second])).rejects.toThrow('stands where 0001_first');
  await expect(migrate(db, [second, first])).rejects.toThrow('must come before');
});

test('the previous release starts on the schema of the next', async () => {
  const { db } = await testDatabase([first, second]);
  await migrate(db, [first]);
  expect(await db.query(steps, [])).toEqual([{ n: 1 }, { n: 2 }]);
});

test('a service that does not migrate starts once every step it knows is applied', async () => {
  const empty = await testDatabase([]);
  await empty.db.query('DROP TABLE IF EXISTS schema_migrations');
  await expect(assertMigrated(empty.db, [first])).rejects.toThrow('0001_first is not applied');
  const { db } = await testDatabase([first]);
  await assertMigrated(db, [first]);
  await expect(assertMigrated(db, [first, second])).rejects.toThrow('0002_second is not applied');
  expect(await db.query(steps, [])).toEqual([{ n: 1 }]);
  await migrate(db, [first, second]);
  await assertMigrated(db, [first, second]);
  // The previous release, beside the next one.
  await assertMigrated(db, [first]);
  await expect(assertMigrated(db, [{ ...first, sql: 'SELECT 1' }])).rejects.toThrow('was edited');
});
