import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import { isUnavailable } from './errors.ts';
import type { Shards } from './lanes.ts';
import { RowArray } from './row-array.ts';

/** Values as the driver takes them, and rows made by `rowArray`. */
export type Params = readonly unknown[];

/** Whatever runs one statement and answers its rows: a database or a transaction. */
export interface Queryable {
  /** Where lanes lie, if the tables are distributed by lane. */
  readonly shards?: Shards | undefined;
  /**
   * Runs one SQL statement. With `params` (even an empty list) it is prepared once per
   * connection and reused, so its text must be constant. Without `params` it goes as it is and
   * may hold several statements, as migrations do; its rows are then those of the last one.
   * Throws the driver's error, whose `code` is the SQLSTATE.
   */
  query<Row>(sql: string, params?: Params): Promise<Row[]>;
}

/** A service has some hundred statements; a thousand means that a text is put together per call. */
const MAX_STATEMENTS = 1_000;
const statementNames = new Map<string, string>();

function statementName(sql: string): string {
  const known = statementNames.get(sql);
  if (known !== undefined) return known;
  if (statementNames.size >= MAX_STATEMENTS) {
    throw new Error(`more than ${MAX_STATEMENTS} different SQL texts: use parameters`);
  }
  const name = createHash('sha256').update(sql).digest('hex').slice(0, 32);
  statementNames.set(sql, name);
  return name;
}

/** What one statement answers: its command tag (`SELECT`, `COMMIT`) and its rows. */
interface Answer<Row> {
  command: string;
  rows: Row[];
}

/** Runs one statement on a connection. `answerTimeoutMs` replaces the pool's own limit. */
export async function run<Row>(
  client: PoolClient,
  sql: string,
  params?: Params,
  answerTimeoutMs?: number,
): Promise<Answer<Row>> {
  const prepared = params && {
    name: statementName(sql),
    values: await valuesOf(client, params),
  };
  const limit = answerTimeoutMs === undefined ? {} : { query_timeout: answerTimeoutMs };
  const result = await client.query({ text: sql, ...prepared, ...limit });
  // Several statements in one text make the driver answer a list of results.
  const answer = Array.isArray(result) ? result.at(-1) : result;
  // The row type is what the caller says about its own SQL; nothing here could check it.
  return answer as Answer<Row>;
}

async function valuesOf(client: PoolClient, params: Params): Promise<unknown[]> {
  const values = [...params];
  for (const [index, value] of values.entries()) {
    if (value instanceof RowArray) {
      const oid = typeOids.get(client)?.get(value.type) ?? (await lookUpType(client, value.type));
      values[index] = value.encode(oid);
    }
  }
  return values;
}

/** The numbers of row types differ between databases, and never change on a connection. */
const typeOids = new WeakMap<PoolClient, Map<string, number>>();

const TYPE_OID = 'SELECT $1::regtype::oid AS oid';

async function lookUpType(client: PoolClient, type: string): Promise<number> {
  const { rows } = await client.query<{ oid: number }>(TYPE_OID, [type]);
  const oid = rows[0]?.oid;
  if (oid === undefined) throw new Error(`there is no type ${type}`);
  const known = typeOids.get(client) ?? new Map<string, number>();
  typeOids.set(client, known.set(type, oid));
  return oid;
}

/** Gives a connection back, or ends it where the error says that it is of no use any more. */
export function release(client: PoolClient, error: unknown): void {
  client.release(isUnavailable(error));
}
