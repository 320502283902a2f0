import { withClient } from '@causeway/deploy-local';

type Client = Parameters<Parameters<typeof withClient>[1]>[0];

/**
 * A load is repeated when the machine fails, so its commits need not wait for the disk; the
 * checkpoint that ends it does. Sorts and index builds have room to stay in memory.
 */
const SETTINGS = `
  SET synchronous_commit = off; SET work_mem = '256MB'; SET maintenance_work_mem = '512MB';
  SET max_parallel_maintenance_workers = 0; SET jit = off; SET TimeZone = 'UTC'`;

/**
 * What a load needs and nobody afterwards: its plan, shared between connections, and the rule by
 * which ids follow from names (`uuidFrom` in libs/runtime, over a text of netstrings). In PL/pgSQL,
 * since a function in SQL that cannot be inlined takes three times as long.
 */
const OPEN = `
  DROP SCHEMA IF EXISTS past CASCADE;
  CREATE SCHEMA past;
  CREATE FUNCTION past.uuid_of(netstrings text) RETURNS uuid
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
      DECLARE
        h bytea := substring(sha256(convert_to(netstrings, 'UTF8')) FOR 16);
      BEGIN
        RETURN encode(
          set_byte(set_byte(h, 6, get_byte(h, 6) & 15 | 128), 8, get_byte(h, 8) & 63 | 128),
          'hex');
      END
    $$;
  CREATE FUNCTION past.lane_of(id uuid) RETURNS smallint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
      SELECT (get_byte(uuid_send(id), 15) & 63)::smallint
    $$`;

/** Two, since a load is bound by the processor and a backend uses one core. */
const CONNECTIONS = 2;

/** One database that is being loaded, over several connections at once. */
export class Loader {
  constructor(private readonly clients: readonly Client[]) {}

  /** Runs one statement, or several in one text, and answers the rows of a single one. */
  async run<Row extends object>(sql: string, params?: readonly unknown[]): Promise<Row[]> {
    const [client] = this.clients;
    if (client === undefined) throw new Error('a loader needs a connection');
    const { rows } = await client.query<Row>(sql, params && [...params]);
    return rows;
  }

  /** Runs statements that do not depend on each other, as many at once as there are connections. */
  async together(statements: readonly string[]): Promise<void> {
    const left = [...statements];
    const work = async (client: Client): Promise<void> => {
      for (let sql = left.shift(); sql !== undefined; sql = left.shift()) await client.query(sql);
    };
    const ended = await Promise.allSettled(this.clients.map(work));
    for (const result of ended) if (result.status === 'rejected') throw result.reason;
  }

  /**
   * Does some work with the indexes of the tables taken away, and makes them again as they were:
   * sorting once is faster than keeping every index in order row by row.
   */
  async withoutIndexes(tables: readonly string[], work: () => Promise<void>): Promise<void> {
    const indexes = await this.run<{ drop: string; make: string }>(INDEXES, [tables]);
    for (const { drop } of indexes) await this.run(drop);
    await work();
    await this.together(indexes.map(({ make }) => make));
  }

  /** Leaves the tables as autovacuum would in time, so that no measurement pays for the load. */
  async settle(tables: readonly string[]): Promise<void> {
    await this.together(tables.map((table) => `VACUUM (ANALYZE) ${table}`));
  }
}

/** All but the keys that other tables refer to. An index of a constraint comes and goes with it. */
const INDEXES = `
  SELECT coalesce('ALTER TABLE ' || i.indrelid::regclass || ' DROP CONSTRAINT ' || c.conname,
                  'DROP INDEX ' || i.indexrelid::regclass) AS drop,
         coalesce('ALTER TABLE ' || i.indrelid::regclass || ' ADD CONSTRAINT ' || c.conname || ' '
                    || pg_get_constraintdef(c.oid),
                  pg_get_indexdef(i.indexrelid)) AS make
    FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u')
   WHERE i.indrelid = ANY ($1::regclass[])
     AND NOT EXISTS (
       SELECT FROM pg_constraint other WHERE other.conindid = i.indexrelid AND other.contype = 'f')
   ORDER BY 1`;

/**
 * Opens a loader on a database and clears away what it needed, whatever becomes of the load. The
 * server must be one that belongs to the bench: others would feel it.
 */
export async function load<T>(url: string, work: (loader: Loader) => Promise<T>): Promise<T> {
  return connected(url, CONNECTIONS, [], async (clients) => {
    const loader = new Loader(clients);
    await setServer(loader, (name, value) => `SET ${name} = ${value}`);
    await loader.run(OPEN);
    try {
      return await work(loader);
    } finally {
      await loader.run('DROP SCHEMA past CASCADE');
      await setServer(loader, (name) => `RESET ${name}`);
      await loader.run('CHECKPOINT');
    }
  });
}

/** What keeps the server busy besides a load, and protects what nobody keeps. */
const SERVER_WHILE_LOADING = {
  autovacuum: 'off',
  full_page_writes: 'off',
  checkpoint_timeout: `'1h'`,
};

async function setServer(loader: Loader, how: (name: string, value: string) => string) {
  for (const [name, value] of Object.entries(SERVER_WHILE_LOADING)) {
    await loader.run(`ALTER SYSTEM ${how(name, value)}`);
  }
  await loader.run('SELECT pg_reload_conf()');
}

async function connected<T>(
  url: string,
  count: number,
  clients: readonly Client[],
  work: (clients: readonly Client[]) => Promise<T>,
): Promise<T> {
  if (clients.length === count) return work(clients);
  return withClient(url, async (client) => {
    await client.query(SETTINGS);
    return connected(url, count, [...clients, client], work);
  });
}

/** SQL for the id that `uuidFrom` makes of these: each a text expression of SQL. */
export function uuidSql(...parts: readonly string[]): string {
  return `past.uuid_of(${parts.map(netstring).join(' || ')})`;
}

/** A literal needs no counting, and a UUID has 36 characters; each count costs a row a while. */
function netstring(part: string): string {
  const literal = /^'([^']*)'$/.exec(part)?.[1];
  if (literal !== undefined) return `'${Buffer.byteLength(literal)}:${literal}'`;
  if (/_id::text$/.test(part)) return `'36:' || ${part}`;
  return `octet_length(${part}) || ':' || ${part}`;
}
