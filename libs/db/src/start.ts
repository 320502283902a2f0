import { type Runtime, type Secret, withClock } from '@causeway/runtime';
import { type DatabaseClock, databaseClock } from './clock.ts';
import { type Database, openDatabase } from './database.ts';
import { type Migration, migrate } from './migrate.ts';

/** What a service is told of its database: a part of `serviceSettings`. */
export interface DatabaseSettings {
  databaseUrl: Secret;
  databaseConnections: number;
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
  await migrate(db, migrations);
  const clock = await databaseClock(db, host);
  return { db, clock, runtime: withClock(host, clock) };
}
