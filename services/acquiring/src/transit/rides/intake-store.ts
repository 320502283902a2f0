import type { Tx } from '@causeway/db';
import { enterLosses } from '../findings/loss-store.ts';
import { lossesOf } from '../findings/losses.ts';
import type { GrantRef, RideRecord, SightingRecord, TapRecord } from '../tap.ts';
import { findingRows, grantRows, lossRows, rideRows, sightingRows, tapRows } from './columns.ts';
import type { GrantBook } from './grant-book.ts';
import { RIDE_COLUMNS, type RideRow, rideFrom, TAP_COLUMNS, type TapRow, tapFrom } from './rows.ts';

const ENTER = `
  INSERT INTO transit_grants (lane, issuer_id, grant_id)
  SELECT * FROM unnest($1::transit_grant_ref_v1[]) AS asked
   ORDER BY 1, 2, 3
  ON CONFLICT DO NOTHING`;

const LOCK = `
  SELECT g.lane FROM transit_grants g
   WHERE (g.lane, g.issuer_id, g.grant_id) IN (
     SELECT * FROM unnest($1::transit_grant_ref_v1[]) AS asked
   )
   ORDER BY g.lane, g.issuer_id, g.grant_id
     FOR UPDATE`;

/**
 * Rides that somebody may be pricing or charging at this moment, who has no lock but the ride's own row. What
 * is read of them afterwards stays so until the batch is written.
 */
const LOCK_RIDES = `
  SELECT r.lane FROM unnest($1::transit_grant_ref_v1[]) AS asked (lane, issuer_id, grant_id)
   CROSS JOIN LATERAL (
     SELECT lane FROM transit_rides
      WHERE lane = asked.lane AND issuer_id = asked.issuer_id AND grant_id = asked.grant_id
        AND due_at IS NOT NULL
      ORDER BY payment_id
        FOR UPDATE
   ) AS r`;

/**
 * Locks grants, in one order, so that writers never wait for each other crosswise; whoever changes
 * a tap has the lock of its grant, and whoever changes a ride that is in the book. Answers the
 * moment, by the database's clock.
 */
export async function lockGrants(tx: Tx, refs: readonly GrantRef[]): Promise<number> {
  const asked = grantRows(refs);
  await tx.query(ENTER, [asked]);
  await tx.query(LOCK, [asked]);
  await tx.query(LOCK_RIDES, [asked]);
  const [row] = await tx.query<{ now: Date }>('SELECT clock_timestamp() AS now', []);
  if (row === undefined) throw new Error('the database told no time');
  return row.now.getTime();
}

const OF_GRANTS = 'unnest($1::transit_grant_ref_v1[]) AS asked (lane, issuer_id, grant_id)';

/** Each grant's rows are fetched by the beginning of their key. */
const TAPS = `
  SELECT ${TAP_COLUMNS} FROM ${OF_GRANTS} CROSS JOIN LATERAL (
    SELECT * FROM transit_taps
     WHERE lane = asked.lane AND issuer_id = asked.issuer_id AND grant_id = asked.grant_id OFFSET 0
  ) AS t`;

const RIDES = `
  SELECT ${RIDE_COLUMNS} FROM ${OF_GRANTS} CROSS JOIN LATERAL (
    SELECT * FROM transit_rides
     WHERE lane = asked.lane AND issuer_id = asked.issuer_id AND grant_id = asked.grant_id OFFSET 0
  ) AS r`;

const SIGHTINGS = `
  SELECT s.lane, s.issuer_id AS "issuerId", s.grant_id AS "grantId", s.counter,
         s.partner_id AS "partnerId", s.gate_id AS "gateId", s.sequence,
         s.gate_time AS "gateTime", s.code_hash AS "codeHash"
    FROM ${OF_GRANTS} CROSS JOIN LATERAL (
      SELECT * FROM transit_sightings
       WHERE lane = asked.lane AND issuer_id = asked.issuer_id AND grant_id = asked.grant_id
      OFFSET 0
    ) AS s`;

/** All that is known of some grants. */
export interface KnownOfGrants {
  taps: TapRecord[];
  rides: RideRecord[];
  sightings: SightingRecord[];
}

/** Reads all that is known of the grants, which must be locked. */
export async function readGrants(tx: Tx, refs: readonly GrantRef[]): Promise<KnownOfGrants> {
  const asked = grantRows(refs);
  const taps = await tx.query<TapRow>(TAPS, [asked]);
  const rides = await tx.query<RideRow>(RIDES, [asked]);
  type SightingRow = Omit<SightingRecord, 'gateTimeMs'> & { gateTime: Date };
  const sightings = await tx.query<SightingRow>(SIGHTINGS, [asked]);
  return {
    taps: taps.map(tapFrom),
    rides: rides.map(rideFrom),
    sightings: sightings.map(({ gateTime, ...row }) => ({
      ...row,
      gateTimeMs: gateTime.getTime(),
    })),
  };
}

const DROP_RIDES = `
  DELETE FROM transit_rides r USING unnest($1::transit_ride_v2[]) AS dropped
   WHERE r.lane = dropped.lane AND r.payment_id = dropped.payment_id AND r.state = 'open'`;

const WRITE = `
  WITH seen AS (
    INSERT INTO transit_sightings (lane, issuer_id, grant_id, counter, partner_id, gate_id,
      sequence, gate_time, code_hash)
    SELECT * FROM unnest($1::transit_sighting_v1[]) AS n
  ), tapped AS (
    INSERT INTO transit_taps (lane, issuer_id, grant_id, counter, partner_id, gate_id, sequence,
      kind, line_id, stop_id, fare_minor, trust_version, gate_time, code_time, subject,
      code_hash, code, payment_id)
    SELECT * FROM unnest($2::transit_tap_v1[]) AS n
    ON CONFLICT (lane, issuer_id, grant_id, counter) DO UPDATE
       SET payment_id = excluded.payment_id
  ), found AS (
    INSERT INTO transit_findings (lane, finding_id, kind, liability, amount_minor, currency_code,
      partner_id, gate_id, sequence, issuer_id, grant_id, counter, payment_id, rule, report_due_at)
    SELECT * FROM unnest($4::transit_finding_v1[]) AS n
    ON CONFLICT DO NOTHING
  ), lost AS (${enterLosses('$5')}
  )
  INSERT INTO transit_rides (lane, payment_id, issuer_id, grant_id, first_counter, last_counter,
    partner_id, line_id, from_stop_id, to_stop_id, start_time, end_time, state, currency_code,
    fare_minor, fare_basis, give_back_minor, subject, due_at, decline_reason)
  SELECT * FROM unnest($3::transit_ride_v2[]) AS n
  ON CONFLICT (lane, payment_id) DO UPDATE
     SET last_counter = excluded.last_counter, from_stop_id = excluded.from_stop_id,
         to_stop_id = excluded.to_stop_id, start_time = excluded.start_time,
         end_time = excluded.end_time, state = excluded.state, fare_minor = excluded.fare_minor,
         fare_basis = excluded.fare_basis, give_back_minor = excluded.give_back_minor,
         due_at = excluded.due_at`;

/** Makes all that a batch decided durable, within the caller's transaction. */
export async function writeBooks(
  tx: Tx,
  books: readonly GrantBook[],
  nowMs: number,
): Promise<void> {
  const dropped = books.flatMap((book) => [...book.droppedRides.values()]);
  if (dropped.length > 0) await tx.query(DROP_RIDES, [rideRows(dropped)]);
  const sightings = books.flatMap((book) => book.newSightings);
  const taps = books.flatMap((book) => [...book.newTaps.values(), ...book.movedTaps.values()]);
  const rides = books.flatMap((book) => [...book.changedRides.values()]);
  const findings = books.flatMap((book) => [...book.newFindings.values()]);
  if (sightings.length + rides.length === 0) return;
  await tx.query(WRITE, [
    ...[sightingRows(sightings), tapRows(taps), rideRows(rides)],
    ...[findingRows(findings, new Date(nowMs)), lossRows(lossesOf(findings))],
  ]);
}
