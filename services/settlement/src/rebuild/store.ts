import { columns, type Queryable, type Tx } from '@causeway/db';
import { laneOf } from '@causeway/runtime';
import type { Booking } from '../booking/booking.ts';
import type { BooksTable } from './tables.ts';

// A report reads whole tables, so it plans as one, and may wait between two pages.
const FOR_REPORTS = `
  SET LOCAL enable_seqscan = on; SET LOCAL work_mem = '64MB';
  SET LOCAL idle_in_transaction_session_timeout = '1h'; SELECT now() AS "asOf"`;

/** Makes a new transaction see one moment, and answers which. */
export async function beginSnapshot(tx: Tx): Promise<Date> {
  const [row] = await tx.query<{ asOf: Date }>(
    `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; ${FOR_REPORTS}`,
  );
  if (!row) throw new Error('a snapshot has no time');
  return row.asOf;
}

/** Lets a new transaction read whole tables. */
export async function beginReport(tx: Tx): Promise<void> {
  await tx.query(FOR_REPORTS);
}

type BookingKey = Pick<Booking, 'paymentId' | 'kind' | 'subjectId'>;

const BOOKED = `
  SELECT given.at::integer AS at
    FROM unnest($1::smallint[], $2::uuid[], $3::text[], $4::uuid[])
      WITH ORDINALITY AS given (lane, payment_id, kind, subject_id, at)
   CROSS JOIN LATERAL (
     SELECT FROM bookings b
      WHERE b.lane = given.lane AND b.payment_id = given.payment_id AND b.kind = given.kind
        AND b.subject_id = given.subject_id OFFSET 0) AS b`;

/** Which of these are booked, by their places. */
export async function bookedAmong(
  db: Queryable,
  bookings: readonly BookingKey[],
): Promise<Set<number>> {
  const rows = await db.query<{ at: number }>(
    BOOKED,
    columns(
      bookings,
      ({ paymentId }) => laneOf(paymentId),
      ({ paymentId }) => paymentId,
      ({ kind }) => kind,
      ({ subjectId }) => subjectId,
    ),
  );
  return new Set(rows.map(({ at }) => at - 1));
}

/** A column of a table as it is in the database. */
export interface TableColumn {
  name: string;
  /** Whether a new row gets a value that depends on when or where it is written. */
  isArbitrary: boolean;
}

/** The columns of a table, in their order. */
export function columnsOf(db: Queryable, table: string): Promise<TableColumn[]> {
  return db.query(
    `SELECT attname AS name,
            attidentity <> ''
              OR coalesce(pg_get_expr(adbin, adrelid) ~* '(now|clock_timestamp|random|nextval|uuid)',
                          false) AS "isArbitrary"
       FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
      WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
      ORDER BY attnum`,
    [table],
  );
}

/** Every table there is, in the order of the names. */
export async function tableNames(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname`,
    [],
  );
  return rows.map(({ name }) => name);
}

/** A table as it is read on both sides. */
export interface ReadTable extends BooksTable {
  /** The columns that are compared. */
  compared: readonly string[];
}

/** How many rows a table has, and the sum of a hash of each, which no order changes. */
export interface Digest {
  count: bigint;
  digest: string;
}

// The texts depend on the table, so they are not prepared.

export async function digestOf(tx: Tx, table: ReadTable): Promise<Digest> {
  const row = `ROW(${table.compared.map((column) => comparedOf(table, column)).join(', ')})::text`;
  const hash = `encode(substring(sha256(convert_to(${row}, 'UTF8')) FROM 1 FOR 7), 'hex')`;
  const [found] = await tx.query<Digest>(
    `SELECT count(*) AS count,
            coalesce(sum(('x' || ${hash})::bit(56)::bigint), 0)::text AS digest
       FROM ${table.name}`,
  );
  if (!found) throw new Error(`${table.name} has no digest`);
  return found;
}

/** A row as it is compared: every value as Postgres writes it, null where there is none. */
export interface ComparedRow {
  key: string;
  values: Record<string, string | null>;
}

const PAGE = 500;

/** The rows of a table in the order of their keys' bytes, page by page. */
export async function* rowsOf(tx: Tx, table: ReadTable): AsyncGenerator<ComparedRow> {
  const values = table.compared.map(
    (column) => `(${comparedOf(table, column)})::text AS ${column}`,
  );
  await tx.query(
    `DECLARE walk NO SCROLL CURSOR FOR
     SELECT key, to_json(compared) AS values FROM (
       SELECT ROW(${table.key.join(', ')})::text AS key, t.* FROM ${table.name} t) AS t
      CROSS JOIN LATERAL (SELECT ${values.join(', ')}) AS compared
      ORDER BY key COLLATE "C"`,
  );
  for (;;) {
    const rows = await tx.query<ComparedRow>(`FETCH ${PAGE} FROM walk`);
    yield* rows;
    if (rows.length < PAGE) break;
  }
  await tx.query('CLOSE walk');
}

function comparedOf({ insteadOf }: BooksTable, column: string): string {
  return insteadOf?.[column] ?? column;
}
