import type { Database, Queryable } from '@causeway/db';
import type { Fact } from './fact.ts';
import parkedDropsSql from './parked-drops.sql';
import parkedEventsSql from './parked-events.sql';

/** The migration texts of the parked messages, for the migrations of each consuming service. */
export { parkedDropsSql, parkedEventsSql };

const PARK = `
  INSERT INTO parked_events
    (durable, fact_id, lane, subject, payload, traceparent, error, tries)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (durable, fact_id) DO UPDATE
  SET error = excluded.error, tries = excluded.tries, parked_at = clock_timestamp()`;

const MAX_ERROR_LENGTH = 2_000;

/** Puts a message aside with what went wrong. */
export async function park(
  db: Queryable,
  durable: string,
  fact: Fact,
  failure: { error: unknown; tries: number },
): Promise<void> {
  const { lane, factId, subject, payload, traceparent } = fact;
  const text = String(failure.error).slice(0, MAX_ERROR_LENGTH);
  const values = [durable, factId, lane, subject, payload, traceparent, text, failure.tries];
  await db.query(PARK, values);
}

/** How many messages of a consumer are parked, without those that an operator gave up. */
export async function countParked(db: Queryable, durable: string): Promise<number> {
  const count =
    'SELECT count(*)::integer AS parked FROM parked_events WHERE durable = $1 AND dropped_at IS NULL';
  const [row] = await db.query<{ parked: number }>(count, [durable]);
  return row?.parked ?? 0;
}

interface ParkedRow {
  lane: number;
  fact_id: string;
  subject: string;
  payload: Uint8Array;
  traceparent: string | null;
}

const LIST = `
  SELECT lane, fact_id, subject, payload, traceparent FROM parked_events
  WHERE durable = $1 AND fact_id > $2::uuid AND dropped_at IS NULL
    AND ($3::uuid IS NULL OR fact_id = $3::uuid)
  ORDER BY fact_id LIMIT 1`;
const UNPARK = 'DELETE FROM parked_events WHERE durable = $1 AND fact_id = $2';
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * Hands every parked message of a consumer to `handle` once more, each alone, and forgets those
 * that succeed. For operators, once the cause is repaired; answers how many succeeded and failed.
 *
 * @param factId only this one
 */
export async function retryParked(
  db: Database,
  durable: string,
  handle: (facts: Fact[]) => Promise<void>,
  factId?: string,
): Promise<{ handled: number; failed: number }> {
  const counts = { handled: 0, failed: 0 };
  let last = BEFORE_ALL;
  for (;;) {
    const [row] = await db.query<ParkedRow>(LIST, [durable, last, factId]);
    if (row === undefined) return counts;
    last = row.fact_id;
    const { lane, subject, payload } = row;
    const traceparent = row.traceparent ?? undefined;
    const fact = { lane, factId: row.fact_id, subject, payload, traceparent };
    try {
      await handle([fact]);
      await db.query(UNPARK, [durable, row.fact_id]);
      counts.handled += 1;
    } catch (error) {
      await park(db, durable, fact, { error, tries: 1 });
      counts.failed += 1;
    }
  }
}
