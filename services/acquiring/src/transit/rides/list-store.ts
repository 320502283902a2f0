import type { Queryable } from '@causeway/db';
import type { RideRecord } from '../tap.ts';
import { RIDE_COLUMNS, type RideRow, rideFrom } from './rows.ts';

/** Where a page of rides begins: behind this one. */
export interface RidePosition {
  createdMicros: string;
  paymentId: string;
}

const LIST = `
  SELECT ${RIDE_COLUMNS},
         (extract(epoch FROM r.created_at) * 1000000)::bigint::text AS "createdMicros",
         (SELECT count(*)::integer FROM transit_sightings s
           WHERE s.lane = r.lane AND s.issuer_id = r.issuer_id AND s.grant_id = r.grant_id
             AND s.counter IN (r.first_counter, r.last_counter)) AS "sightingCount"
    FROM transit_rides r
   WHERE r.partner_id = $1
     AND ($2::bigint IS NULL OR (r.created_at, r.payment_id) <
          ('epoch'::timestamptz + $2::bigint * interval '1 microsecond', $3::uuid))
   ORDER BY r.created_at DESC, r.payment_id DESC LIMIT $4`;

/** A ride in a list. */
export interface ListedRide {
  ride: RideRecord;
  sightingCount: number;
  position: RidePosition;
}

/** Rides of an operator, newest first, from behind a position. */
export async function ridesBefore(
  db: Queryable,
  partnerId: string,
  before: RidePosition | undefined,
  limit: number,
): Promise<ListedRide[]> {
  const values = [partnerId, before?.createdMicros ?? null, before?.paymentId ?? null, limit];
  const rows = await db.query<RideRow & { createdMicros: string; sightingCount: number }>(
    LIST,
    values,
  );
  return rows.map((row) => ({
    ride: rideFrom(row),
    sightingCount: row.sightingCount,
    position: { createdMicros: row.createdMicros, paymentId: row.paymentId },
  }));
}
