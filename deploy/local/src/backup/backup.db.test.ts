import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { databaseUrl, withClient } from '../databases.ts';
import { Guard } from '../guard.ts';
import { removePostgres, startPostgres } from '../postgres.ts';
import { takeBaseBackup } from './base-backup.ts';
import { restoreDatabase } from './restore.ts';

const state = mkdtempSync(join(tmpdir(), 'causeway-backup-'));
chmodSync(state, 0o711);
const folder = join(state, 'postgres');
const guard = new Guard();
const logFile = join(state, 'postgres.log');
const server = await startPostgres({ folder, logFile, durable: false, archive: true, guard });
afterAll(async () => {
  await server.process.stop();
  guard.close();
  await removePostgres(folder);
  rmSync(state, { recursive: true, force: true });
});

const DATABASES = ['causeway_routing', 'causeway_wallet'];
const on = <T extends object>(database: string, sql: string) =>
  withClient(
    databaseUrl(server.url, database),
    async (client) => (await client.query<T>(sql)).rows,
  );

/** A table whose rows refuse to be changed, one that refers to it, and a numbered one. */
const SCHEMA = `
  CREATE TABLE schema_migrations (name text PRIMARY KEY);
  INSERT INTO schema_migrations VALUES ('0001_init');
  CREATE TABLE notes (n integer PRIMARY KEY, "Text" text, twice integer GENERATED ALWAYS AS (n * 2) STORED);
  CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
  CREATE TRIGGER immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON notes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse();
  CREATE TABLE marks (n integer REFERENCES notes, id bigint GENERATED ALWAYS AS IDENTITY);
  CREATE TABLE restorations (note text);
  CREATE TABLE stops (subject_kind integer, subject_id text, reason text, operator_id text,
                      created_at timestamptz)`;

const write = (n: number) =>
  Promise.all(
    DATABASES.map((each) =>
      on(
        each,
        `INSERT INTO notes (n, "Text") VALUES (${n}, 'n ${n}'); INSERT INTO marks (n) VALUES (${n})`,
      ),
    ),
  );
const notes = (database: string) =>
  on<{ n: number }>(database, 'SELECT n FROM notes ORDER BY n').then((rows) =>
    rows.map(({ n }) => n),
  );

test('one database is had back as it was at a moment, and the other stays as it is', async () => {
  for (const each of DATABASES) {
    await on('postgres', `CREATE DATABASE ${each}`);
    await on(each, SCHEMA);
  }
  await write(1);
  await takeBaseBackup(server.url);
  // Later than the backup, so only the archived log has it.
  await write(2);
  const [{ now: to } = { now: new Date(0) }] = await on<{ now: Date }>(
    'postgres',
    'SELECT clock_timestamp() AS now',
  );
  await write(3);

  const restore = { server, folder, service: 'routing', to, guard };
  const from = await restoreDatabase({ ...restore, logFile: join(state, 'recovered.log') });
  expect(from).toContain('.archive');
  expect(await notes('causeway_routing')).toEqual([1, 2]);
  expect(await notes('causeway_wallet')).toEqual([1, 2, 3]);
  expect(await on('causeway_routing', 'SELECT n, id FROM marks ORDER BY id')).toMatchObject([
    { n: 1, id: '1' },
    { n: 2, id: '2' },
  ]);
  expect(await on('causeway_routing', 'SELECT subject_kind, subject_id FROM stops')).toEqual([
    { subject_kind: 6, subject_id: 'restore' },
  ]);
  expect(await on('causeway_routing', 'SELECT count(*)::integer FROM restorations')).toEqual([
    { count: 1 },
  ]);

  // It works as before: its triggers refuse, its keys refer, its numbers go on.
  await expect(on('causeway_routing', 'DELETE FROM notes')).rejects.toThrow('refused');
  await expect(on('causeway_routing', 'INSERT INTO marks (n) VALUES (9)')).rejects.toThrow();
  await on('causeway_routing', 'INSERT INTO marks (n) VALUES (2)');
  expect(await notes('causeway_routing_replaced')).toEqual([1, 2, 3]);
}, 120_000);

test('a database that is in use, or a moment that no backup reaches, is refused', async () => {
  const restore = {
    server,
    folder,
    service: 'routing',
    guard,
    logFile: join(state, 'recovered.log'),
  };
  await expect(restoreDatabase({ ...restore, to: new Date(0) })).rejects.toThrow('no base backup');
  const [{ now: to } = { now: new Date(0) }] = await on<{ now: Date }>(
    'postgres',
    'SELECT clock_timestamp() AS now',
  );
  await withClient(databaseUrl(server.url, 'causeway_routing'), async () => {
    await expect(restoreDatabase({ ...restore, to })).rejects.toThrow('stop its service first');
  });
}, 120_000);
