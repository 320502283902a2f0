import { createHash, randomUUID } from 'node:crypto';
import { type Database, type Migration, migrate, openDatabase } from '@causeway/db';
import { databaseUrl, dropDatabases, withClient } from '@causeway/deploy-local';
import { systemRuntime } from '@causeway/runtime';
import { afterAll, inject } from 'vitest';

/** An empty, migrated database that belongs to one test file. */
export interface TestDatabase {
  db: Database;
  /** For what opens its own connections, such as a second pool. */
  url: string;
}

/** One number for everybody who makes templates; the lock lives in the tests' own server. */
const TEMPLATE_LOCK = 727_001;

/**
 * Creates a database for this test file: call it at the top of the file, with `await`. It is
 * closed and dropped after the file's last test. The migrations run once for the whole vitest
 * run, into a template that later databases are copied from.
 */
export async function testDatabase(migrations: readonly Migration[]): Promise<TestDatabase> {
  const server = inject('testServerUrl');
  const template = await templateFor(server, migrations);
  const name = `causeway_test_${randomUUID().replaceAll('-', '')}`;
  await withClient(server, (client) =>
    client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`),
  );
  const url = databaseUrl(server, name);
  const db = open(url);
  afterAll(async () => {
    await db.close();
    await dropDatabases(server, [name]);
  });
  return { db, url };
}

async function templateFor(server: string, migrations: readonly Migration[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(migrations)).digest('hex').slice(0, 16);
  const name = `causeway_template_${hash}`;
  await withClient(server, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount) return;
    await client.query(`DROP DATABASE IF EXISTS ${name}_new`);
    await client.query(`CREATE DATABASE ${name}_new`);
    const db = open(databaseUrl(server, `${name}_new`));
    await migrate(db, migrations).finally(() => db.close());
    // Only a template whose migrations all succeeded ever has the final name.
    await client.query(`ALTER DATABASE ${name}_new RENAME TO ${name}`);
  });
  return name;
}

function open(url: string): Database {
  const runtime = systemRuntime({ service: 'test', logLevel: 'warn' });
  // A hundred that want a connection at once wait for long where other tests run beside them.
  return openDatabase({ url, runtime, maxConnections: 8, connectTimeoutMs: 20_000 });
}
