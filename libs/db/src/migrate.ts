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
 * Applies what is missing, in order, each in its own transaction. Several processes may call it
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
  for (;;) {
    const applied = await db.transaction((tx) => applyNext(tx, migrations), LIMITS);
    if (applied === undefined) break;
    db.log.info({ migration: applied }, 'migration applied');
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
  await tx.query(next.sql);
  await tx.query('INSERT INTO schema_migrations (position, name, checksum) VALUES ($1, $2, $3)', [
    history.length + 1,
    next.name,
    checksum(next),
  ]);
  return next.name;
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
