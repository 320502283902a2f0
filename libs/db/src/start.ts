import {
  databaseUrl,
  loadConfig,
  type MainInput,
  type Runtime,
  type Secret,
  withClock,
} from '@causeway/runtime';
import { type DatabaseClock, databaseClock } from './clock.ts';
import { type Database, openDatabase } from './database.ts';
import { assertMigrated, type Migration, migrate } from './migrate.ts';

/** What a service is told of its database: a part of `serviceSettings`. */
export interface DatabaseSettings {
  databaseUrl: Secret;
  databaseConnections: number;
  /** Whether the tables are brought up to date here; else they must be so already. Default true. */
  migrateAtStart?: boolean;
  instance: string;
}

/** A service's database, and the world as it is from then on: on the database's time. */
export interface StartedDatabase {
  db: Database;
  clock: DatabaseClock;
  runtime: Runtime;
}

/**
 * How every service begins: opens its database, brings the tables up to date and moves to the
 * database's clock. Throws where the database cannot be reached or a migration was edited. The
 * caller stops the clock and closes the database when it drains.
 */
export async function startDatabase(
  settings: DatabaseSettings,
  migrations: readonly Migration[],
  host: Runtime,
): Promise<StartedDatabase> {
  const db = openDatabase({
    url: settings.databaseUrl,
    runtime: host,
    maxConnections: settings.databaseConnections,
    applicationName: settings.instance,
  });
  await ((settings.migrateAtStart ?? true) ? migrate : assertMigrated)(db, migrations);
  const clock = await databaseClock(db, host);
  return { db, clock, runtime: withClock(host, clock) };
}

/**
 * The task `migrate` of a service: brings the tables of DATABASE_URL up to date and ends. It needs
 * nothing else of the service's environment.
 */
export async function migrateOnce(
  { env, runtime }: MainInput,
  migrations: readonly Migration[],
): Promise<void> {
  const { url } = loadConfig(env, { url: databaseUrl() });
  const db = openDatabase({ url, runtime, maxConnections: 2, applicationName: 'migrate' });
  try {
    await migrate(db, migrations);
    runtime.log.info({ migrations: migrations.length }, 'the tables are up to date');
  } finally {
    await db.close();
  }
}
