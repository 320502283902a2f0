import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { databaseUrl, withClient } from '../databases.ts';
import { own } from './archive.ts';
import { ownerOf } from './base-backup.ts';

/** One database of a recovered server, and the server that it shall be put back to. */
export interface PutBack {
  recoveredUrl: string;
  serverUrl: string;
  database: string;
  /** Statements to run on it before anybody else sees it. */
  afterwards: readonly string[];
}

/**
 * Puts one database back as a recovered server has it, in one transaction; the others stay as they
 * are. What it was is kept under `<database>_replaced` until the next time. Both servers have to be on
 * this machine, and of one user, since tables go from one to the other through files. Throws where
 * somebody is connected to it, or where its schema has changed since.
 */
export async function putBack({
  recoveredUrl,
  serverUrl,
  database,
  afterwards,
}: PutBack): Promise<void> {
  const recovered = databaseUrl(recoveredUrl, database);
  const replaced = `${database}_replaced`;
  await withClient(serverUrl, async (client) => {
    await refuseIfUsed(client, database);
    await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(replaced)}`);
    await client.query(
      `ALTER DATABASE ${pg.escapeIdentifier(database)} RENAME TO ${pg.escapeIdentifier(replaced)}`,
    );
  });
  try {
    // Its schema comes with the copy; its rows are then replaced.
    await withClient(serverUrl, (client) =>
      client.query(
        `CREATE DATABASE ${pg.escapeIdentifier(database)} TEMPLATE ${pg.escapeIdentifier(replaced)}`,
      ),
    );
    await withClient(recovered, (source) =>
      withClient(databaseUrl(serverUrl, database), (target) =>
        replaceRows(source, target, afterwards),
      ),
    );
  } catch (error) {
    await withClient(serverUrl, async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(database)}`);
      await client.query(
        `ALTER DATABASE ${pg.escapeIdentifier(replaced)} RENAME TO ${pg.escapeIdentifier(database)}`,
      );
    });
    throw error;
  }
}

async function refuseIfUsed(client: pg.Client, database: string): Promise<void> {
  const { rows } = await client.query<{ count: string }>(
    'SELECT count(*) FROM pg_stat_activity WHERE datname = $1',
    [database],
  );
  if (rows[0]?.count === '0') return;
  throw new Error(`${rows[0]?.count} connections are open to ${database}: stop its service first`);
}

async function replaceRows(
  source: pg.Client,
  target: pg.Client,
  afterwards: readonly string[],
): Promise<void> {
  await refuseOtherSchema(source, target);
  const tables = await tablesOf(target);
  const folder = await exchangeFolder(source);
  try {
    await target.query('BEGIN');
    // Rows come as they were: neither triggers nor foreign keys have a say.
    await target.query('SET LOCAL session_replication_role = replica');
    await target.query(`TRUNCATE ${tables.map(({ name }) => name).join(', ')}`);
    for (const [index, { name, columns }] of tables.entries()) {
      const file = pg.escapeLiteral(join(folder, String(index)));
      await source.query(`COPY ${name} (${columns}) TO ${file} (FORMAT binary)`);
      await target.query(`COPY ${name} (${columns}) FROM ${file} (FORMAT binary)`);
      rmSync(join(folder, String(index)), { force: true });
    }
    await copySequences(source, target);
    for (const statement of afterwards) await target.query(statement);
    await target.query('COMMIT');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A release that was deployed since has other tables: that of the moment has to be deployed first. */
async function refuseOtherSchema(source: pg.Client, target: pg.Client): Promise<void> {
  const names = 'SELECT name FROM schema_migrations ORDER BY name';
  const [before, now] = [await source.query(names), await target.query(names)];
  if (JSON.stringify(before.rows) === JSON.stringify(now.rows)) return;
  throw new Error('the schema has changed since: deploy the release of that time, then restore');
}

interface Table {
  name: string;
  columns: string;
}

async function tablesOf(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `SELECT c.oid::regclass::text AS name,
            string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
       AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     GROUP BY c.oid ORDER BY c.oid`,
  );
  return rows;
}

async function copySequences(source: pg.Client, target: pg.Client): Promise<void> {
  const { rows } = await source.query<{ name: string; last: string | null }>(
    `SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename) AS name, last_value AS last
     FROM pg_sequences WHERE schemaname = 'public'`,
  );
  for (const { name, last } of rows) {
    if (last !== null) await target.query('SELECT setval($1, $2)', [name, last]);
  }
}

/** Both servers write and read there as the user that they run as. */
async function exchangeFolder(source: pg.Client): Promise<string> {
  const { rows } = await source.query<{ data: string }>(
    "SELECT current_setting('data_directory') AS data",
  );
  const data = rows[0]?.data ?? '';
  const folder = join(data, 'exchange');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  own(folder, ownerOf(data));
  return folder;
}
