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

test('an index is built while the table is written to, and again where that was broken off', async () => {
  const { db } = await testDatabase([first]);
  const index = {
    name: '0002_index',
    sql: 'CREATE UNIQUE INDEX CONCURRENTLY steps_by_n ON steps (n)',
  };
  await db.query('INSERT INTO steps VALUES (1)', []);
  // It fails for a double, and leaves an index behind that is not valid.
  await expect(migrate(db, [first, index])).rejects.toMatchObject({ code: '23505' });
  await db.query('DELETE FROM steps', []);
  await Promise.all([1, 2].map(() => migrate(db, [first, index])));
  const valid = 'SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = $1::regclass';
  expect(await db.query(valid, ['steps_by_n'])).toEqual([{ valid: true }]);
});

test('a table that somebody holds is waited for without holding up others for long', async () => {
  const { db } = await testDatabase([first]);
  const column = { name: '0002_column', sql: 'ALTER TABLE steps ADD COLUMN note text' };
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const reader = db.transaction(async (tx) => {
    await tx.query(steps, []);
    await held;
  });
  const migrating = migrate(db, [first, column]);
  // It stands behind the migration, which gives up after two seconds.
  const startedMs = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await db.query(steps, [])).toEqual([{ n: 1 }]);
  expect(performance.now() - startedMs).toBeLessThan(8_000);
  release();
  await reader;
  await migrating;
  await db.query('SELECT note FROM steps', []);
});
