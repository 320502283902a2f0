import { createHash } from 'node:crypto';
import type { Database } from './database.ts';
import { codeOf } from './errors.ts';
import type { Queryable } from './session.ts';
import type { Tx } from './transaction.ts';

/** One step of a schema. Names order them (`0001_init`); a text, once applied, never changes. */
export interface Migration {
  name: string;
  sql: string;
}

/** A migration, or waiting for another process's, may well last longer than a statement. */
const LIMITS = { statementTimeoutMs: 15 * 60_000 };

/**
 * Whoever waits for a table's lock keeps all others waiting behind it, readers too. So a migration
 * gives up soon, lets them pass and tries again.
 */
const LOCK_TIMEOUT = '2s';
const LOCK_NOT_AVAILABLE = '55P03';
const LOCK_ATTEMPTS = 60;
const LOCK_PAUSE_MS = 1_000;

const DUPLICATE_TABLE = '42P07';
const DEADLOCK_DETECTED = '40P01';

interface IndexState {
  valid: boolean;
  /** Whether some process builds it at this moment. */
  building: boolean;
}

const INDEX_STATE = `
  SELECT i.indisvalid AS valid, EXISTS (
           SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid
         ) AS building
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
   WHERE c.relname = $1 AND pg_table_is_visible(c.oid)`;

/** An index on a table with traffic is built while it goes on, which no transaction can hold. */
const CONCURRENT_INDEX = /^CREATE (?:UNIQUE )?INDEX CONCURRENTLY (\w+) /;

const UNDEFINED_TABLE = '42P01';

interface Applied {
  name: string;
  checksum: string;
}

const CREATE_HISTORY = `
  CREATE TABLE IF NOT EXISTS schema_migrations (
    position   integer     PRIMARY KEY,
    name       text        NOT NULL UNIQUE,
    checksum   text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
  )`;

/**
 * Applies what is missing, in order, each in its own transaction, or in none where it builds an index
 * concurrently. Several processes may call it
 * at once: each step locks the history table first, so the others wait and find the step done.
 * Throws, with nothing changed, where an applied migration was edited or the order differs.
 * A history longer than the list is accepted, so that the previous release can still start.
 */
export async function migrate(db: Database, migrations: readonly Migration[]): Promise<void> {
  assertOrdered(migrations);
  await createHistory(db).catch((cause) => {
    // The first statement of a start: its failure is about the address, not about a migration.
    throw new Error('its database cannot be used', { cause });
  });
  for (let attempt = 1; ; ) {
    try {
      await buildNextIndex(db, migrations);
      const applied = await db.transaction((tx) => applyNext(tx, migrations), LIMITS);
      if (applied === undefined) break;
      db.log.info({ migration: applied }, 'migration applied');
      attempt = 1;
    } catch (error) {
      if (codeOf(error) !== LOCK_NOT_AVAILABLE || attempt === LOCK_ATTEMPTS) throw error;
      db.log.warn({ attempt }, 'a migration lets others pass and waits for its lock again');
      attempt += 1;
      await db.query(`SELECT pg_sleep(${LOCK_PAUSE_MS / 1_000})`);
    }
  }
}

/**
 * Throws unless every migration is applied as it is written here; changes nothing. So a service
 * begins whose tables a job of the same release has brought up to date before.
 */
export async function assertMigrated(
  db: Database,
  migrations: readonly Migration[],
): Promise<void> {
  assertOrdered(migrations);
  const history = await readHistory(db).catch((cause) => {
    if (codeOf(cause) === UNDEFINED_TABLE) return [];
    throw new Error('its database cannot be used', { cause });
  });
  assertSameHistory(history, migrations);
  const missing = migrations[history.length];
  if (missing !== undefined) {
    throw new Error(
      `migration ${missing.name} is not applied; run \`migrate\` of this release first`,
    );
  }
}

function assertOrdered(migrations: readonly Migration[]): void {
  migrations.forEach(({ name }, index) => {
    const before = migrations[index - 1]?.name;
    if (before !== undefined && before >= name) {
      throw new Error(`migration ${name} must come before ${before}`);
    }
  });
}

async function createHistory(db: Database): Promise<void> {
  try {
    await db.query(CREATE_HISTORY);
  } catch (error) {
    // IF NOT EXISTS looks before it locks: of two creators one may still meet the other's row.
    const lostTheRace = ['23505', '42P07', '42710'].includes(codeOf(error) ?? '');
    if (!lostTheRace) throw error;
  }
}

async function applyNext(tx: Tx, migrations: readonly Migration[]): Promise<string | undefined> {
  await tx.query('LOCK TABLE schema_migrations IN SHARE ROW EXCLUSIVE MODE');
  const history = await readHistory(tx);
  assertSameHistory(history, migrations);
  const next = migrations[history.length];
  if (next === undefined) return undefined;
  const index = indexOf(next);
  if (index === undefined) {
    await tx.query(`SET LOCAL lock_timeout TO '${LOCK_TIMEOUT}'`);
    await tx.query(next.sql);
  } else if (!(await indexState(tx, index))?.valid) {
    throw new Error(`the index ${index} is gone that migration ${next.name} has just built`);
  }
  await tx.query('INSERT INTO schema_migrations (position, name, checksum) VALUES ($1, $2, $3)', [
    history.length + 1,
    next.name,
    checksum(next),
  ]);
  return next.name;
}

/**
 * Builds the index that comes next, where an index does. No transaction may be open meanwhile, not
 * even one that only waits, so that processes that migrate at once tell by the index itself.
 */
async function buildNextIndex(db: Database, migrations: readonly Migration[]): Promise<void> {
  const next = migrations[(await readHistory(db)).length];
  const index = next && indexOf(next);
  if (next === undefined || index === undefined) return;
  const build = (sql: string) => db.outsideTransactions(sql, LIMITS.statementTimeoutMs);
  for (;;) {
    const state = await indexState(db, index);
    if (state?.valid) return;
    if (state?.building) await db.query(`SELECT pg_sleep(${LOCK_PAUSE_MS / 1_000})`);
    // What an attempt has left that did not come to its end helps no query.
    else if (state)
      await build(`DROP INDEX CONCURRENTLY IF EXISTS ${index}`).catch(unlessRivalBegan);
    else await build(next.sql).catch(unlessRivalBegan);
  }
}

/** Two that build on one table wait for each other, until Postgres ends one of them. */
function unlessRivalBegan(error: unknown): void {
  const code = codeOf(error) ?? '';
  if (![DUPLICATE_TABLE, DEADLOCK_DETECTED].includes(code)) throw error;
}

function indexOf({ sql }: Migration): string | undefined {
  return CONCURRENT_INDEX.exec(sql)?.[1];
}

async function indexState(from: Queryable, index: string): Promise<IndexState | undefined> {
  const [state] = await from.query<IndexState>(INDEX_STATE, [index]);
  return state;
}

function readHistory(from: Queryable): Promise<Applied[]> {
  return from.query<Applied>('SELECT name, checksum FROM schema_migrations ORDER BY position');
}

function assertSameHistory(history: readonly Applied[], migrations: readonly Migration[]): void {
  migrations.slice(0, history.length).forEach((migration, index) => {
    const applied = history[index];
    if (applied?.name !== migration.name) {
      throw new Error(`migration ${migration.name} stands where ${applied?.name} was applied`);
    }
    if (applied.checksum !== checksum(migration)) {
      throw new Error(`migration ${migration.name} was edited after it was applied`);
    }
  });
}

function checksum(migration: Migration): string {
  return createHash('sha256').update(migration.sql).digest('hex');
}
