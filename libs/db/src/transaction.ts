import type { PoolClient } from 'pg';
import { isUnavailable, OutcomeUnknown } from './errors.ts';
import type { Shards } from './lanes.ts';
import { type Params, type Queryable, run } from './session.ts';

/** An open transaction. It runs one statement at a time and is dead once its function returned. */
export type Tx = Queryable;

/** How a transaction differs from the pool's defaults. */
export interface TransactionOptions {
  /** A statement that runs longer is cancelled. Default: the pool's limit. */
  statementTimeoutMs?: number;
}

/** The server's limit answers first; the client's is for a server that answers nothing. */
export const ANSWER_GRACE_MS = 2_000;

class OpenTransaction implements Tx {
  #client: PoolClient | undefined;
  #busy = false;
  readonly #answerTimeoutMs: number | undefined;
  readonly shards: Shards | undefined;

  constructor(client: PoolClient, answerTimeoutMs: number | undefined, shards: Shards | undefined) {
    this.#client = client;
    this.shards = shards;
    this.#answerTimeoutMs = answerTimeoutMs;
  }

  async query<Row>(sql: string, params?: Params): Promise<Row[]> {
    if (this.#client === undefined) throw new Error('the transaction is over');
    // Overlapping statements would run one after the other anyway, in an order nobody chose.
    if (this.#busy) throw new Error('a transaction runs one statement at a time');
    this.#busy = true;
    try {
      return (await run<Row>(this.#client, sql, params, this.#answerTimeoutMs)).rows;
    } finally {
      this.#busy = false;
    }
  }

  /** Ends its use. Answers whether a statement was left running, which is the caller's mistake. */
  end(): boolean {
    this.#client = undefined;
    return this.#busy;
  }
}

/**
 * Runs `fn` once between BEGIN and COMMIT on a connection of its own and gives the connection
 * back. Where the state of the connection is in doubt it is ended, which rolls back as well.
 */
export async function transactOnce<T>(
  client: PoolClient,
  fn: (tx: Tx) => Promise<T>,
  options: TransactionOptions = {},
  shards?: Shards,
): Promise<T> {
  let clean = false;
  try {
    await begin(client, options);
    const result = await inside(client, fn, options, shards);
    await commit(client);
    clean = true;
    return result;
  } catch (error) {
    clean = await rolledBack(client, error);
    throw error;
  } finally {
    client.release(!clean);
  }
}

/** Thrown inside when a statement was still running at the end; never seen by callers as such. */
class StatementLeftRunning extends Error {
  override readonly name = 'StatementLeftRunning';
}

async function begin(client: PoolClient, options: TransactionOptions): Promise<void> {
  const { statementTimeoutMs } = options;
  const limit = statementTimeoutMs && `; SET LOCAL statement_timeout = ${statementTimeoutMs}`;
  await run(client, `BEGIN ISOLATION LEVEL READ COMMITTED${limit ?? ''}`);
}

async function inside<T>(
  client: PoolClient,
  fn: (tx: Tx) => Promise<T>,
  options: TransactionOptions,
  shards: Shards | undefined,
): Promise<T> {
  const { statementTimeoutMs } = options;
  const tx = new OpenTransaction(
    client,
    statementTimeoutMs && statementTimeoutMs + ANSWER_GRACE_MS,
    shards,
  );
  let outcome: { value: T } | { error: unknown };
  try {
    outcome = { value: await fn(tx) };
  } catch (error) {
    outcome = { error };
  }
  if (tx.end()) {
    const cause = 'error' in outcome ? outcome.error : undefined;
    throw new StatementLeftRunning('a statement was not awaited in its transaction', { cause });
  }
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}

async function commit(client: PoolClient): Promise<void> {
  let command: string;
  try {
    command = (await run(client, 'COMMIT')).command;
  } catch (error) {
    throw isUnavailable(error) ? new OutcomeUnknown(error) : error;
  }
  // After an error that `fn` swallowed, Postgres answers COMMIT with ROLLBACK and no error.
  if (command !== 'COMMIT') throw new Error('the transaction had failed and was rolled back');
}

async function rolledBack(client: PoolClient, error: unknown): Promise<boolean> {
  const lost = error instanceof OutcomeUnknown || error instanceof StatementLeftRunning;
  if (lost || isUnavailable(error)) return false;
  try {
    await run(client, 'ROLLBACK');
    return true;
  } catch {
    return false;
  }
}
