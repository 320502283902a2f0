import type { Queryable } from '@causeway/db';
import { enterLosses } from '../findings/loss-store.ts';
import { lossesOf } from '../findings/losses.ts';
import type { FindingRecord, RideRecord } from '../tap.ts';
import { findingRows, lossRows } from './columns.ts';
import { RIDE_COLUMNS, type RideRow, rideFrom } from './rows.ts';

const CLAIM = `
  UPDATE transit_rides r SET due_at = clock_timestamp() + $1::integer * interval '1 millisecond',
         attempts = attempts + 1
   WHERE (r.lane, r.payment_id) IN (
     SELECT lane, payment_id FROM transit_rides
      WHERE due_at <= clock_timestamp() ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
   )
  RETURNING ${RIDE_COLUMNS}`;

/** Rides that are due, the longest first, which nobody else takes up for so long. */
export async function claimDueRides(
  db: Queryable,
  leaseMs: number,
  limit: number,
): Promise<RideRecord[]> {
  return (await db.query<RideRow>(CLAIM, [leaseMs, limit])).map(rideFrom);
}

const GET = `SELECT ${RIDE_COLUMNS} FROM transit_rides r WHERE r.lane = $1 AND r.payment_id = $2`;

type RideKey = Pick<RideRecord, 'lane' | 'paymentId'>;

/** The ride as last committed. */
export async function selectRide(
  db: Queryable,
  { lane, paymentId }: RideKey,
): Promise<RideRecord | undefined> {
  const [row] = await db.query<RideRow>(GET, [lane, paymentId]);
  return row && rideFrom(row);
}

const PRICE = `
  UPDATE transit_rides
     SET state = 'due', fare_minor = $3, fare_basis = $4,
         due_at = clock_timestamp() + $5::integer * interval '1 millisecond'
   WHERE lane = $1 AND payment_id = $2 AND state = 'open'
  RETURNING 1`;

/** Ends the waiting for a ride's other tap. Answers whether it was still waited for. */
export async function priceOpenRide(
  db: Queryable,
  { lane, paymentId }: RideKey,
  fare: { minor: bigint; basis: string },
  leaseMs: number,
): Promise<boolean> {
  const priced = await db.query(PRICE, [lane, paymentId, fare.minor, fare.basis, leaseMs]);
  return priced.length > 0;
}

const END = `
  WITH found AS (
    INSERT INTO transit_findings (lane, finding_id, kind, liability, amount_minor, currency_code,
      partner_id, gate_id, sequence, issuer_id, grant_id, counter, payment_id, rule, report_due_at)
    SELECT * FROM unnest($5::transit_finding_v1[]) AS n
    ON CONFLICT DO NOTHING
  ), lost AS (${enterLosses('$6')}
  )
  UPDATE transit_rides
     SET state = $3, decline_reason = $4, attempts = 0,
         due_at = CASE WHEN $3 = 'paid' AND give_back_minor IS NOT NULL
                       THEN clock_timestamp() END
   WHERE lane = $1 AND payment_id = $2 AND state = 'due'`;

/** Records how the charge of a ride ended. A ride that has ended stays as it is. */
export async function endRideCharge(
  db: Queryable,
  { lane, paymentId }: RideKey,
  end: { state: 'paid' | 'unpaid' | 'waived'; declineReason: number },
  findings: readonly FindingRecord[],
): Promise<void> {
  const found = findingRows(findings, new Date(0));
  const lost = lossRows(lossesOf(findings));
  await db.query(END, [lane, paymentId, end.state, end.declineReason, found, lost]);
}

const GIVEN_BACK = `
  UPDATE transit_rides
     SET fare_minor = fare_minor - give_back_minor, give_back_minor = NULL, due_at = NULL
   WHERE lane = $1 AND payment_id = $2 AND give_back_minor = $3 AND state = 'paid'`;

/** Records that what was too much is given back. */
export async function endGivingBack(
  db: Queryable,
  { lane, paymentId }: RideKey,
  amountMinor: bigint,
): Promise<void> {
  await db.query(GIVEN_BACK, [lane, paymentId, amountMinor]);
}

const REST =
  "UPDATE transit_rides SET due_at = NULL WHERE lane = $1 AND payment_id = $2 AND state NOT IN ('open', 'due')";

/** Has nobody look at a ride again that owes nothing. */
export async function restRide(db: Queryable, { lane, paymentId }: RideKey): Promise<void> {
  await db.query(REST, [lane, paymentId]);
}

const TAP_GATE = `
  SELECT gate_id AS "gateId", sequence FROM transit_taps
   WHERE lane = $1 AND issuer_id = $2 AND grant_id = $3 AND counter = $4`;

/** The gate of a ride's first tap, and the gate's number of it. */
export async function selectFirstGate(
  db: Queryable,
  { lane, issuerId, grantId, firstCounter }: RideRecord,
): Promise<{ gateId: string; sequence: bigint }> {
  const [row] = await db.query<{ gateId: string; sequence: bigint }>(TAP_GATE, [
    ...[lane, issuerId, grantId, firstCounter],
  ]);
  if (row === undefined) throw new Error('a ride without its first tap');
  return row;
}

const OLDEST = `
  SELECT count(*)::integer AS count, min(created_at) AS oldest
    FROM transit_rides WHERE state = 'due'`;

/** How many rides are being charged, and since when the oldest. */
export async function dueSummary(db: Queryable): Promise<{ count: number; oldest: Date | null }> {
  const [row] = await db.query<{ count: number; oldest: Date | null }>(OLDEST, []);
  return row ?? { count: 0, oldest: null };
}
