import type { Database, Queryable } from '@causeway/db';

/** The database that this connects to. */
export async function databaseName(db: Queryable): Promise<string> {
  const [row] = await db.query<{ name: string }>('SELECT current_database()::text AS name', []);
  if (!row) throw new Error('a connection to no database');
  return row.name;
}

/** Whether there is a database of this name, and how many connections it has. */
export async function databaseUse(
  db: Queryable,
  name: string,
): Promise<{ connections: number } | undefined> {
  const [row] = await db.query<{ connections: number }>(
    `SELECT (SELECT count(*)::integer FROM pg_stat_activity a WHERE a.datname = d.datname)
              AS connections
       FROM pg_database d WHERE d.datname = $1`,
    [name],
  );
  return row;
}

/**
 * Creates an empty database. What is written there can be written again, so its commits do not wait
 * for the disk.
 */
export async function createDatabase(db: Database, name: string): Promise<void> {
  await db.query(`CREATE DATABASE ${quoted(name)} TEMPLATE template0`);
  await db.query(`ALTER DATABASE ${quoted(name)} SET synchronous_commit = off`);
}

/** Drops a database, and ends what is still connected to it. */
export async function dropDatabase(db: Database, name: string): Promise<void> {
  await db.query(`DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
