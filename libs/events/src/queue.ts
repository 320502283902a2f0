import { columns, type Database, type Queryable, type Tx } from '@causeway/db';
import { currentTraceparent } from '@causeway/runtime';
import eventQueueSql from './event-queue.sql';
import type { Fact } from './fact.ts';

/** The migration text of the queue, for the migrations of each service that publishes. */
export { eventQueueSql };

/** A fact's key in the queue. */
export type FactKey = Pick<Fact, 'lane' | 'factId'>;

interface QueueRow {
  lane: number;
  fact_id: string;
  subject: string;
  payload: Uint8Array;
  traceparent: string | null;
}

const ENQUEUE = `
  INSERT INTO event_queue (lane, fact_id, subject, payload, traceparent)
  SELECT * FROM unnest($1::smallint[], $2::uuid[], $3::text[], $4::bytea[], $5::text[])
  ON CONFLICT (lane, fact_id) DO NOTHING`;

/**
 * Queues facts for publication in the transaction that makes them true: they are published if it
 * commits, and never if it does not. A fact that is queued already is left alone. Each carries
 * the trace that is current here, unless it brings its own. Tell the publisher afterwards.
 */
export async function enqueue(tx: Tx, facts: readonly Fact[]): Promise<void> {
  if (facts.length === 0) return;
  const traceparent = currentTraceparent();
  const rows = columns(
    facts,
    (fact) => fact.lane,
    (fact) => fact.factId,
    (fact) => fact.subject,
    (fact) => fact.payload,
    (fact) => fact.traceparent ?? traceparent,
  );
  await tx.query(ENQUEUE, rows);
}

/**
 * Queues facts of the past again, page by page, each page in its own transaction: after
 * JetStream lost its storage, or for a projection that is rebuilt. The stream drops what it
 * accepted within its dedupe window, so a replay within two minutes of another adds nothing.
 * Yields after each page how many facts were offered so far; repeating it has no other effect.
 */
export async function* replay(
  db: Database,
  pages: AsyncIterable<readonly Fact[]>,
): AsyncGenerator<number> {
  let count = 0;
  for await (const page of pages) {
    await db.transaction((tx) => enqueue(tx, page));
    count += page.length;
    yield count;
  }
}

// Rows of other claims are skipped, not waited for, and due ones are found by their state: a row
// that commits later than its neighbours is found when it is there, whatever its position.
const CLAIM = `
  UPDATE event_queue AS queued
  SET available_at = now() + $2::integer * interval '1 millisecond'
  FROM (
    SELECT lane, fact_id FROM event_queue
    WHERE available_at <= now()
    ORDER BY available_at
    LIMIT $1::integer
    FOR UPDATE SKIP LOCKED
  ) AS due
  WHERE queued.lane = due.lane AND queued.fact_id = due.fact_id
  RETURNING queued.lane, queued.fact_id, queued.subject, queued.payload, queued.traceparent`;

/** Claims up to `limit` due facts for `claimMs`; afterwards they are anybody's again. */
export async function claim(db: Queryable, limit: number, claimMs: number): Promise<Fact[]> {
  const rows = await db.query<QueueRow>(CLAIM, [limit, claimMs]);
  return rows.map((row) => ({
    lane: row.lane,
    factId: row.fact_id,
    subject: row.subject,
    payload: row.payload,
    traceparent: row.traceparent ?? undefined,
  }));
}

const KEYS = 'FROM unnest($1::smallint[], $2::uuid[]) AS key (lane, fact_id)';
const SAME_KEY = 'queued.lane = key.lane AND queued.fact_id = key.fact_id';
const REMOVE = `DELETE FROM event_queue AS queued ${KEYS.replace('FROM', 'USING')} WHERE ${SAME_KEY}`;
const RELEASE = `UPDATE event_queue AS queued SET available_at = now() ${KEYS} WHERE ${SAME_KEY}`;

/** Removes facts that were published. */
export async function remove(db: Queryable, keys: readonly FactKey[]): Promise<void> {
  await db.query(REMOVE, keyColumns(keys));
}

/** Gives claimed facts back at once, for the next claim. */
export async function release(db: Queryable, keys: readonly FactKey[]): Promise<void> {
  await db.query(RELEASE, keyColumns(keys));
}

function keyColumns(keys: readonly FactKey[]): string[] {
  return columns(
    keys,
    (key) => key.lane,
    (key) => key.factId,
  );
}

/** The longest that a fact has been waiting in the queue, in milliseconds; 0 if none waits. */
export async function oldestWaitMs(db: Queryable): Promise<number> {
  const [row] = await db.query<{ age_ms: number }>(OLDEST, []);
  return row?.age_ms ?? 0;
}

// The fact that is due longest stands for the oldest, since its index answers at once at any size.
const OLDEST = `
  SELECT (extract(epoch FROM now() - created_at) * 1000)::integer AS age_ms
  FROM event_queue ORDER BY available_at LIMIT 1`;
