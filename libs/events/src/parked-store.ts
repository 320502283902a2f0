import type { Database } from '@causeway/db';
import type { ParkedFact } from '@causeway/proto/common';

interface Row {
  durable: string;
  fact_id: string;
  subject: string;
  error: string;
  tries: number;
  parked_at: Date;
  drop_reason: string | null;
  dropped_by: string | null;
  dropped_at: Date | null;
}

const COLUMNS =
  'durable, fact_id, subject, error, tries, parked_at, drop_reason, dropped_by, dropped_at';

const LIST = `
  SELECT ${COLUMNS} FROM parked_events WHERE durable = $1 AND ($2 OR dropped_at IS NULL)
  ORDER BY parked_at, fact_id LIMIT $3`;

// The first reason stands: who drops it again may not know of it.
const DROP = `
  UPDATE parked_events
  SET drop_reason = coalesce(drop_reason, $3), dropped_by = coalesce(dropped_by, $4),
      dropped_at = coalesce(dropped_at, clock_timestamp())
  WHERE durable = $1 AND fact_id = $2 RETURNING ${COLUMNS}`;

/** The parked facts of a consumer, the longest first. */
export async function listParked(
  db: Database,
  durable: string,
  withDropped: boolean,
  limit: number,
): Promise<ParkedFact[]> {
  return (await db.query<Row>(LIST, [durable, withDropped, limit])).map(factOf);
}

/** Gives a parked fact up and answers it; undefined where there is none. */
export async function dropParked(
  db: Database,
  durable: string,
  factId: string,
  { reason, operatorId }: { reason: string; operatorId: string },
): Promise<ParkedFact | undefined> {
  const [row] = await db.query<Row>(DROP, [durable, factId, reason, operatorId]);
  return row && factOf(row);
}

function factOf(row: Row): ParkedFact {
  return {
    ...{ consumer: row.durable, factId: row.fact_id, subject: row.subject, error: row.error },
    ...{ tries: row.tries, parkTime: row.parked_at },
    ...{ dropReason: row.drop_reason ?? '', droppedBy: row.dropped_by ?? '' },
    dropTime: row.dropped_at ?? undefined,
  };
}
