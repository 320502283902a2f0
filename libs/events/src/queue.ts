import { columns, type Database, type Queryable } from '@causeway/db';
import eventQueueSql from './event-queue.sql';
import type { FactKey } from './fact.ts';

/** The migration text of the queue, for the migrations of each service that publishes. */
export { eventQueueSql };

/** Names a row of the queue. */
export interface QueueKey {
  /** The lane of one of its facts. */
  lane: number;
  batchId: string;
}

/** A row of the queue before it is written: the place of all facts of one commit. */
export interface QueuePlace extends QueueKey {
  /** How long the row belongs to the process that writes it, in milliseconds; 0 for nobody's. */
  claimMs: number;
}

/** A row with the keys of its facts. */
export interface QueuedBatch extends QueueKey {
  keys: FactKey[];
}

const ENQUEUE = `
  INSERT INTO event_queue (lane, batch_id, lanes, about_ids, versions, available_at)
  VALUES ($1, coalesce($2::uuid, gen_random_uuid()), $3::smallint[], $4::uuid[], $5::integer[],
          now() + $6::integer * interval '1 millisecond')`;

/**
 * Queues facts of the history for publication, in the transaction that makes them true: they are
 * published if it commits, and never if it does not. Without a place they are due at once, for
 * whichever publisher looks first.
 */
export async function enqueue(
  db: Queryable,
  keys: readonly FactKey[],
  place?: QueuePlace,
): Promise<void> {
  const [first] = keys;
  if (first === undefined) return;
  const arrays = columns(
    keys,
    ({ lane }) => lane,
    ({ aboutId }) => aboutId,
    ({ version }) => version,
  );
  const { lane, batchId, claimMs } = place ?? { lane: first.lane, batchId: null, claimMs: 0 };
  await db.query(ENQUEUE, [lane, batchId, ...arrays, claimMs]);
}

/**
 * Queues facts of the past again, each page as a batch: after JetStream lost its storage, or for
 * a projection that is rebuilt. Yields after each page how many facts were offered so far;
 * repeating it has no effect but that consumers get them once more.
 */
export async function* replay(
  db: Database,
  pages: AsyncIterable<readonly FactKey[]>,
): AsyncGenerator<number> {
  let count = 0;
  for await (const page of pages) {
    await enqueue(db, page);
    count += page.length;
    yield count;
  }
}

interface QueueRow {
  lane: number;
  batch_id: string;
  lanes: number[];
  about_ids: string[];
  versions: number[];
}

// Rows of other claims are skipped, not waited for, and due ones are found by their state: a row
// that commits later than its neighbours is found when it is there, whatever its position.
const CLAIM = `
  UPDATE event_queue AS queued
  SET available_at = now() + $2::integer * interval '1 millisecond'
  FROM (
    SELECT lane, batch_id FROM event_queue
    WHERE available_at <= now()
    ORDER BY available_at
    LIMIT $1::integer
    FOR UPDATE SKIP LOCKED
  ) AS due
  WHERE queued.lane = due.lane AND queued.batch_id = due.batch_id
  RETURNING queued.lane, queued.batch_id, queued.lanes, queued.about_ids, queued.versions`;

/** Claims up to `limit` due rows for `claimMs`; afterwards they are anybody's again. */
export async function claim(db: Queryable, limit: number, claimMs: number): Promise<QueuedBatch[]> {
  const rows = await db.query<QueueRow>(CLAIM, [limit, claimMs]);
  return rows.map((row) => ({
    lane: row.lane,
    batchId: row.batch_id,
    keys: row.about_ids.map((aboutId, index) => ({
      lane: row.lanes[index] ?? 0,
      aboutId,
      version: row.versions[index] ?? 0,
    })),
  }));
}

const KEYS = 'unnest($1::smallint[], $2::uuid[]) AS key (lane, batch_id)';
const SAME_KEY = 'queued.lane = key.lane AND queued.batch_id = key.batch_id';
const REMOVE = `DELETE FROM event_queue AS queued USING ${KEYS} WHERE ${SAME_KEY}`;
const PARK = `UPDATE event_queue AS queued SET available_at = 'infinity' FROM ${KEYS} WHERE ${SAME_KEY}`;
const RELEASE = `UPDATE event_queue AS queued SET available_at = now() FROM ${KEYS} WHERE ${SAME_KEY}`;

/** Removes rows whose facts were published. */
export async function remove(db: Queryable, keys: readonly QueueKey[]): Promise<void> {
  await db.query(REMOVE, keyColumns(keys));
}

/** Leaves claimed rows in the queue and to nobody, until an operator makes them due again. */
export async function parkRows(db: Queryable, keys: readonly QueueKey[]): Promise<void> {
  await db.query(PARK, keyColumns(keys));
}

/** Gives claimed rows back at once, for the next claim. */
export async function release(db: Queryable, keys: readonly QueueKey[]): Promise<void> {
  await db.query(RELEASE, keyColumns(keys));
}

function keyColumns(keys: readonly QueueKey[]): string[] {
  return columns(
    keys,
    ({ lane }) => lane,
    ({ batchId }) => batchId,
  );
}

/** What stands in the queue. */
export interface QueueState {
  /** The longest that a fact has been waiting, in milliseconds; 0 if none waits. */
  oldestWaitMs: number;
  /** Rows that are parked. */
  parked: number;
}

/** What stands in the queue now. */
export async function queueState(db: Queryable): Promise<QueueState> {
  const [row] = await db.query<QueueState>(STATE, []);
  return row ?? { oldestWaitMs: 0, parked: 0 };
}

// The row that is due longest stands for the oldest, since its index answers at once at any size.
const STATE = `
  SELECT coalesce((
           SELECT (extract(epoch FROM now() - created_at) * 1000)::integer
           FROM event_queue WHERE available_at < 'infinity' ORDER BY available_at LIMIT 1
         ), 0) AS "oldestWaitMs",
         (SELECT count(*)::integer FROM event_queue WHERE available_at = 'infinity') AS parked`;
