import {
  type Backoff,
  backoffMs,
  type Logger,
  postgresAuthority,
  type Runtime,
  type Secret,
} from '@causeway/runtime';
import pg from 'pg';
import { Authority } from './authority.ts';
import { codeOf, isRepeatable } from './errors.ts';
import type { Shards } from './lanes.ts';
import { connectionsLost, transactionsRepeated } from './metrics.ts';
import { type Params, type Queryable, release, run } from './session.ts';
import { ANSWER_GRACE_MS, type TransactionOptions, type Tx, transactOnce } from './transaction.ts';
import { typeParsers } from './types.ts';
import { WatchedPool } from './watched-pool.ts';

const MAX_ATTEMPTS = 6;
const RETRY_PAUSE: Backoff = { firstMs: 4, maxMs: 200 };

/**
 * A service finds its rows by key, and a prepared plan outlives the moment it was made in. Made
 * on tables that are still empty, it would scan them for as long as the connection lasts; made
 * anew for each batch, it would scan a table of thousands of rows to find hundreds. So plans are
 * made once and go by an index wherever there is one. Compiling them gains nothing, and calendar
 * days must not depend on the server's zone.
 */
const SESSION_SETTINGS = ['enable_seqscan=off', 'jit=off', 'TimeZone=UTC'];

/**
 * Citus tells the shard of a statement by the values of its parameters, so it plans anew each time;
 * the worker that has the shard does so too.
 */
const planCacheMode = (isDistributed: boolean) =>
  `plan_cache_mode=force_${isDistributed ? 'custom' : 'generic'}_plan`;

export interface DatabaseOptions {
  /** A `postgres://` address, with its password in it. */
  url: Secret<string> | string;
  runtime: Runtime;
  /** How many connections this process may hold. Default 8. */
  maxConnections?: number;
  /** Shown in `pg_stat_activity`. Default: the service's name. */
  applicationName?: string;
  /** A statement that runs longer is cancelled by the server. Default 10 s. */
  statementTimeoutMs?: number;
  /** How long to wait for a free or new connection. Default 5 s. */
  connectTimeoutMs?: number;
  /**
   * A file with the authority of the server's certificate, which is then verified in full, whatever
   * the address says. Default: what PGSSLROOTCERT names, as for every client of Postgres.
   */
  authorityFile?: string;
  /** Whether tables are distributed by lane, on Citus. Default false. */
  isDistributed?: boolean;
}

/** A pool of connections to one Postgres database. */
export interface Database extends Queryable {
  /** Where the work on this database is logged. */
  readonly log: Logger;
  /** Where lanes lie, if the tables are distributed by lane: told once, before anybody asks. */
  shards?: Shards | undefined;
  /**
   * Runs `fn` in a READ COMMITTED transaction. A serialization failure or a deadlock repeats it,
   * a bounded number of times, so `fn` must have no effect but through `tx`. No network call
   * belongs inside. Throws what `fn` throws, rolled back; `OutcomeUnknown` if COMMIT was lost.
   */
  transaction<T>(fn: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Runs one statement that no transaction may hold, such as `CREATE INDEX CONCURRENTLY`, for as long
   * as it takes up to `timeoutMs`, on a connection that ends with it.
   */
  outsideTransactions(sql: string, timeoutMs: number): Promise<void>;
  /** Waits for running work and closes all connections. A second call does nothing. */
  close(): Promise<void>;
}

/** Opens a pool. Nothing is connected yet; this throws only where the authority cannot be read. */
export function openDatabase(options: DatabaseOptions): Database {
  return new PooledDatabase(options);
}

class PooledDatabase implements Database {
  readonly #pool: pg.Pool;
  readonly #watched: WatchedPool;
  readonly #authority: Authority | undefined;
  readonly #runtime: Runtime;
  readonly log: Logger;
  shards: Shards | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: DatabaseOptions) {
    this.#runtime = options.runtime;
    this.log = options.runtime.log;
    const file = options.authorityFile ?? postgresAuthority();
    this.#authority = file ? new Authority(file, options.runtime) : undefined;
    this.#pool = new pg.Pool(poolConfig(options, this.#authority));
    this.#watched = new WatchedPool(this.#pool, applicationName(options), options.runtime);
    // Without these two, a connection lost while idle or between statements ends the process.
    this.#pool.on('error', (error) => this.#lost(error));
    this.#pool.on('connect', (client) => client.on('error', (error) => this.#lost(error)));
  }

  async query<Row>(sql: string, params?: Params): Promise<Row[]> {
    const client = await this.#watched.connect();
    let failure: unknown;
    try {
      return (await run<Row>(client, sql, params)).rows;
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      release(client, failure);
    }
  }

  async transaction<T>(fn: (tx: Tx) => Promise<T>, options?: TransactionOptions): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const client = await this.#watched.connect();
      try {
        return await transactOnce(client, fn, options, this.shards);
      } catch (error) {
        if (!isRepeatable(error) || attempt === MAX_ATTEMPTS) throw error;
        transactionsRepeated.add(1, { 'db.response.status_code': codeOf(error) ?? '' });
        this.log.warn({ code: codeOf(error), attempt }, 'transaction is repeated');
      }
      const pauseMs = backoffMs(RETRY_PAUSE, attempt, this.#runtime.random);
      await this.#runtime.timers.sleep(pauseMs);
    }
  }

  async outsideTransactions(sql: string, timeoutMs: number): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await run(client, `SET statement_timeout TO ${timeoutMs}`);
      await run(client, sql, undefined, timeoutMs + ANSWER_GRACE_MS);
    } finally {
      client.release(true);
    }
  }

  close(): Promise<void> {
    this.#watched.stop();
    this.#authority?.stop();
    this.#closing ??= this.#pool.end();
    return this.#closing;
  }

  #lost(err: Error): void {
    connectionsLost.add(1);
    // The driver hangs its whole client on the error, which is no matter for a log.
    this.log.warn({ code: codeOf(err), reason: err.message }, 'a database connection was lost');
  }
}

function applicationName({ applicationName: name, runtime }: DatabaseOptions): string {
  return name ?? runtime.service;
}

function poolConfig(options: DatabaseOptions, authority: Authority | undefined): pg.PoolConfig {
  const statementTimeoutMs = options.statementTimeoutMs ?? 10_000;
  const url = typeof options.url === 'string' ? options.url : options.url.reveal();
  return {
    connectionString: authority === undefined ? url : withoutSslMode(url),
    ...(authority !== undefined && { ssl: verifiedBy(authority) }),
    application_name: applicationName(options),
    max: options.maxConnections ?? 8,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + ANSWER_GRACE_MS,
    options: [planCacheMode(options.isDistributed ?? false), ...SESSION_SETTINGS]
      .map((setting) => `-c ${setting}`)
      .join(' '),
    types: typeParsers,
  };
}

/** The driver reads the object at each connection. */
function verifiedBy(authority: Authority): { readonly ca: Buffer } {
  return {
    get ca() {
      return authority.pem;
    },
  };
}

/** What an address says of encryption would take the place of the authority. */
function withoutSslMode(text: string): string {
  const url = new URL(text);
  url.searchParams.delete('sslmode');
  return url.toString();
}
