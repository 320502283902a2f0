import { quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { afterAll, expect, test } from 'vitest';
import { columns, isUnavailable, OutcomeUnknown, openDatabase } from './index.ts';

const schema = 'CREATE TABLE coins (name text PRIMARY KEY, worth_minor bigint NOT NULL)';
const { db, url } = await testDatabase([{ name: '0001_coins', sql: schema }]);
const runtime = quietRuntime('test');

/** A pool of one connection, so that a connection left in doubt would be met again. */
const single = openDatabase({ url, runtime, maxConnections: 1, statementTimeoutMs: 400 });
afterAll(() => single.close());

const INSERT = 'INSERT INTO coins (name, worth_minor) VALUES ($1, 1)';
const names = async (prefix: string) =>
  (
    await db.query<{ name: string }>('SELECT name FROM coins WHERE name LIKE $1', [`${prefix}%`])
  ).map(({ name }) => name);
const pidOf = async (queryable: { query: typeof db.query }) =>
  (await queryable.query<{ pid: number }>('SELECT pg_backend_pid() AS pid', []))[0]?.pid;
const kill = (pid: number | undefined) => db.query('SELECT pg_terminate_backend($1, 2000)', [pid]);

test('columns have the types that the services count on', async () => {
  const [row] = await db.query(
    `SELECT 9007199254740993::int8 AS amount, '{1,NULL,-3}'::int8[] AS amounts, 1.10::numeric AS rate,
            DATE '2026-11-22' AS day, timestamptz '2026-11-22 12:00+08' AS at, '\\x00ff'::bytea AS bytes,
            current_setting('TimeZone') AS zone`,
    [],
  );
  expect(row).toEqual({
    amount: 9007199254740993n,
    amounts: [1n, null, -3n],
    rate: '1.10',
    day: '2026-11-22',
    at: new Date('2026-11-22T04:00:00Z'),
    bytes: Buffer.from([0, 255]),
    zone: 'UTC',
  });
});

test('what columns() writes comes back as it was', async () => {
  const texts = ['plain', 'NULL', 'null', '', 'a,b {c} "d" \\e', '紅包', null];
  const bytes = Buffer.from([0, 92, 34, 255]);
  const at = new Date('2026-11-22T04:00:00.123Z');
  const rows = await db.query(
    'SELECT * FROM unnest($1::text[], $2::bytea[], $3::timestamptz[], $4::boolean[]) AS r (t, b, at, yes)',
    columns(
      texts,
      (text) => text,
      () => bytes,
      () => at,
      () => true,
    ),
  );
  expect(rows).toEqual(texts.map((t) => ({ t, b: bytes, at, yes: true })));
});

test('what fails is rolled back, and the connection serves on', async () => {
  const failing = single.transaction(async (tx) => {
    await tx.query(INSERT, ['rolled back']);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  await single.transaction((tx) => tx.query(INSERT, ['rolled on']));
  expect(await names('rolled')).toEqual(['rolled on']);
});

test('an error that was swallowed inside is no success', async () => {
  const swallowing = single.transaction(async (tx) => {
    await tx.query(INSERT, ['swallowed']);
    await tx.query('SELECT 1/0', []).catch(() => undefined);
  });
  await expect(swallowing).rejects.toThrow('rolled back');
  expect(await names('swallowed')).toEqual([]);
});

test('serialization failures repeat the transaction, a bounded number of times', async () => {
  let attempts = 0;
  const raise = `DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$`;
  const worksAtLast = single.transaction(async (tx) => {
    attempts += 1;
    await tx.query(INSERT, ['repeated']);
    if (attempts < 3) await tx.query(raise);
    return attempts;
  });
  expect(await worksAtLast).toBe(3);
  attempts = 0;
  const neverWorks = single.transaction(async (tx) => {
    attempts += 1;
    await tx.query(raise);
  });
  await expect(neverWorks).rejects.toMatchObject({ code: '40001' });
  expect(attempts).toBe(6);
});

test('other errors repeat nothing', async () => {
  let attempts = 0;
  const twice = db.transaction(async (tx) => {
    attempts += 1;
    await tx.query(INSERT, ['unique']);
    await tx.query(INSERT, ['unique']);
  });
  await expect(twice).rejects.toMatchObject({ code: '23505' });
  expect(attempts).toBe(1);
});

test('two transactions that deadlock both get through', async () => {
  await db.query(`INSERT INTO coins VALUES ('lock a', 0), ('lock b', 0)`);
  const both = async (first: string, second: string) =>
    db.transaction(async (tx) => {
      const add = 'UPDATE coins SET worth_minor = worth_minor + 1 WHERE name = $1';
      await tx.query(add, [first]);
      await tx.query('SELECT pg_sleep(0.1)', []);
      await tx.query(add, [second]);
    });
  await Promise.all([both('lock a', 'lock b'), both('lock b', 'lock a')]);
  const rows = await db.query(`SELECT worth_minor FROM coins WHERE name LIKE 'lock%'`, []);
  expect(rows).toEqual([{ worth_minor: 2n }, { worth_minor: 2n }]);
});

test('a connection lost before COMMIT means that nothing was committed', async () => {
  const lost = single.transaction(async (tx) => {
    await tx.query(INSERT, ['lost']);
    await kill(await pidOf(tx));
    await tx.query(INSERT, ['lost too']);
  });
  const error: unknown = await lost.catch((reason: unknown) => reason);
  expect(isUnavailable(error)).toBe(true);
  expect(await names('lost')).toEqual([]);
  expect(await single.query('SELECT 1 AS one', [])).toEqual([{ one: 1 }]);
});

test('a connection lost at COMMIT leaves the outcome unknown', async () => {
  const lost = single.transaction(async (tx) => {
    await tx.query(INSERT, ['in doubt']);
    await kill(await pidOf(tx));
  });
  const error: unknown = await lost.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(OutcomeUnknown);
  expect(isUnavailable(error)).toBe(false);
});

test('a server that is not there is unavailable', async () => {
  const nowhere = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', runtime });
  const error: unknown = await nowhere.query('SELECT 1', []).catch((reason: unknown) => reason);
  expect(isUnavailable(error)).toBe(true);
  await nowhere.close();
});

// Bounded by real tenths of a second, in which a busy host may leave this machine no processor.
test('a slow statement is cancelled, and its transaction with it', { retry: 1 }, async () => {
  const slow = single.transaction((tx) => tx.query('SELECT pg_sleep(5)', []));
  await expect(slow).rejects.toMatchObject({ code: '57014' });
  const patient = single.transaction((tx) => tx.query('SELECT pg_sleep(0.6)', []), {
    statementTimeoutMs: 2_000,
  });
  expect(await patient).toHaveLength(1);
});

test('a transaction runs one statement at a time, and none once it is over', async () => {
  const overlapping = single.transaction((tx) =>
    Promise.all([tx.query('SELECT 1', []), tx.query('SELECT 2', [])]),
  );
  await expect(overlapping).rejects.toThrow();
  const kept = await single.transaction(async (tx) => tx);
  await expect(kept.query('SELECT 1', [])).rejects.toThrow('over');
});
