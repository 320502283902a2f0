import {
  databaseUrl,
  distributionSettings,
  loadConfig,
  type MainInput,
  type Runtime,
  type Secret,
  withClock,
} from '@causeway/runtime';
import { type DatabaseClock, databaseClock } from './clock.ts';
import { type Database, openDatabase } from './database.ts';
import { assertDistributed, type Distribution, distribute, readShards } from './distribute.ts';
import { assertMigrated, type Migration, migrate } from './migrate.ts';

/** What a service is told of its database: a part of `serviceSettings`. */
export interface DatabaseSettings {
  databaseUrl: Secret;
  databaseConnections: number;
  /** Whether the tables are brought up to date here; else they must be so already. Default true. */
  migrateAtStart?: boolean;
  /** Whether the database is a Citus cluster whose tables stand there by lane. Default false. */
  distributeByLane?: boolean;
  /** Into how many shards the lanes are cut where that is done here. */
  distributedShards?: number;
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
 *
 * @param distribution where the tables stand on a Citus cluster; without it they stay in one place
 */
export async function startDatabase(
  settings: DatabaseSettings,
  migrations: readonly Migration[],
  host: Runtime,
  distribution?: Distribution,
): Promise<StartedDatabase> {
  const { migrateAtStart = true, distributedShards } = settings;
  const isDistributed = settings.distributeByLane === true && distribution !== undefined;
  const db = openDatabase({
    url: settings.databaseUrl,
    runtime: host,
    maxConnections: settings.databaseConnections,
    applicationName: settings.instance,
    isDistributed,
  });
  await (migrateAtStart ? migrate : assertMigrated)(db, migrations);
  if (isDistributed) {
    if (migrateAtStart) await distribute(db, distribution, distributedShards);
    else await assertDistributed(db, distribution);
    db.shards = await readShards(db, distribution);
  }
  const clock = await databaseClock(db, host);
  return { db, clock, runtime: withClock(host, clock) };
}

/**
 * The task `migrate` of a service: brings the tables of DATABASE_URL up to date, distributes them
 * where DISTRIBUTE_BY_LANE asks for it, and ends. It needs nothing else of the service's environment.
 */
export async function migrateOnce(
  { env, runtime }: MainInput,
  migrations: readonly Migration[],
  distribution?: Distribution,
): Promise<void> {
  const settings = loadConfig(env, { url: databaseUrl(), ...distributionSettings() });
  const { url } = settings;
  const db = openDatabase({ url, runtime, maxConnections: 2, applicationName: 'migrate' });
  try {
    await migrate(db, migrations);
    if (settings.distributeByLane && distribution !== undefined) {
      await distribute(db, distribution, settings.distributedShards);
    }
    runtime.log.info({ migrations: migrations.length }, 'the tables are up to date');
  } finally {
    await db.close();
  }
}
