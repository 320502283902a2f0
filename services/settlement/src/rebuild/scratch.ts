import { type Database, type Migration, migrate, openDatabase } from '@causeway/db';
import { Refusal, type Runtime, type Secret } from '@causeway/runtime';
import { createDatabase, databaseName, databaseUse, dropDatabase } from './scratch-store.ts';

/** Where a scratch database is made. */
export interface ScratchPlace {
  /** A connection to the live books, on which a statement may take long. */
  db: Database;
  databaseUrl: Secret;
  migrations: readonly Migration[];
  runtime: Runtime;
}

/** Postgres cuts longer names off. */
const MAX_NAME = 63;
const SUFFIX = '_rebuild';
const LACKS_PRIVILEGE = '42501';
const EXISTS = ['42P04', '23505'];
/** Dropping and migrating may take much longer than the statements of a service. */
export const LONG_MS = 10 * 60_000;

/**
 * Makes an empty database beside the live one, with its tables, hands it to `use` and drops it
 * afterwards. One that a crash left is dropped first. Throws REBUILD_RUNNING where somebody works
 * with it, SCRATCH_DATABASE_REFUSED where the role may not create databases.
 */
export async function withScratch<T>(
  place: ScratchPlace,
  use: (scratch: Database) => Promise<T>,
): Promise<T> {
  const name = await scratchName(place.db);
  if (!(await dropUnused(place.db, name))) throw running();
  await create(place.db, name);
  const scratch = openDatabase({
    ...{ url: beside(place.databaseUrl, name), runtime: place.runtime, maxConnections: 2 },
    statementTimeoutMs: LONG_MS,
  });
  try {
    await migrate(scratch, place.migrations);
    return await use(scratch);
  } finally {
    await scratch.close();
    await dropDatabase(place.db, name);
  }
}

/** Drops what a crash may have left, unless somebody works with it. */
export async function dropLeftover(db: Database): Promise<void> {
  await dropUnused(db, await scratchName(db));
}

async function dropUnused(db: Database, name: string): Promise<boolean> {
  const found = await databaseUse(db, name);
  if (!found) return true;
  if (found.connections > 0) return false;
  await dropDatabase(db, name);
  return true;
}

async function scratchName(db: Database): Promise<string> {
  return `${(await databaseName(db)).slice(0, MAX_NAME - SUFFIX.length)}${SUFFIX}`;
}

async function create(db: Database, name: string): Promise<void> {
  try {
    await createDatabase(db, name);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (EXISTS.includes(code)) throw running();
    if (code !== LACKS_PRIVILEGE) throw error;
    const message = "the service's role may not create a database to make the books again in";
    throw new Refusal('SCRATCH_DATABASE_REFUSED', message);
  }
}

/** That the books are being made again already. */
export function running(): Refusal {
  return new Refusal('REBUILD_RUNNING', 'the books are being made again already');
}

function beside(databaseUrl: Secret, name: string): string {
  const url = new URL(databaseUrl.reveal());
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.toString();
}
