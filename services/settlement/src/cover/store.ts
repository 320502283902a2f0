import type { Queryable, Tx } from '@causeway/db';
import type { Side } from '../participants.ts';
import type { CoverKey, CoverPosition, SliceTotals } from './position.ts';

interface PositionRow {
  participant_kind: Side;
  participant_id: string;
  currency_code: string;
  cap_minor: bigint | null;
  prefunded_minor: bigint;
  used_minor: bigint;
  leased_minor: bigint;
  reserved_minor: bigint;
  available_minor: bigint;
  leased_total_minor: bigint;
  returned_total_minor: bigint;
  known_reserved_minor: bigint;
  known_given_back_minor: bigint;
  reported_at: Date | null;
  recall_until: Date | null;
}

const POSITIONS = `
  SELECT participant_kind, participant_id, currency_code, cap_minor, prefunded_minor, used_minor,
         leased_minor, reserved_minor, available_minor, leased_total_minor, returned_total_minor,
         known_reserved_minor, known_given_back_minor, reported_at, recall_until
    FROM cover_positions`;

const KEY = 'participant_kind = $1 AND participant_id = $2 AND currency_code = $3';

function keyed({ participant: { kind, id }, currencyCode }: CoverKey): string[] {
  return [kind, id, currencyCode];
}

/** All cover, in the order of kind, participant and currency. */
export async function coverPositions(db: Queryable): Promise<CoverPosition[]> {
  const rows = await db.query<PositionRow>(
    `${POSITIONS} ORDER BY participant_kind, participant_id, currency_code`,
    [],
  );
  return rows.map(positionOf);
}

/** One participant's cover in one currency; undefined where it has none. */
export async function coverPosition(
  db: Queryable,
  key: CoverKey,
): Promise<CoverPosition | undefined> {
  const rows = await db.query<PositionRow>(`${POSITIONS} WHERE ${KEY}`, keyed(key));
  return rows.map(positionOf)[0];
}

/** Makes this transaction the only one that leases or changes this cover until it ends. */
export async function lockCover(tx: Tx, key: CoverKey): Promise<void> {
  await tx.query(`SELECT FROM covers WHERE ${KEY} FOR UPDATE`, keyed(key));
}

/** Sets the cap, or lifts it where it is undefined. */
export async function putCap(tx: Tx, key: CoverKey, capMinor: bigint | undefined): Promise<void> {
  await tx.query(
    `INSERT INTO covers (participant_kind, participant_id, currency_code, cap_minor)
     VALUES ($1, $2, $3, $4)
     ON CONFLICT (participant_kind, participant_id, currency_code)
       DO UPDATE SET cap_minor = excluded.cap_minor`,
    [...keyed(key), capMinor],
  );
}

/** Adds to what is prefunded; an amount below zero takes away. */
export async function addPrefunding(tx: Tx, key: CoverKey, amountMinor: bigint): Promise<void> {
  await tx.query(
    `INSERT INTO covers AS c (participant_kind, participant_id, currency_code, prefunded_minor)
     VALUES ($1, $2, $3, greatest($4::bigint, 0))
     ON CONFLICT (participant_kind, participant_id, currency_code)
       DO UPDATE SET prefunded_minor = c.prefunded_minor + $4::bigint`,
    [...keyed(key), amountMinor],
  );
}

/** Takes up what routing reports: the higher of each total counts, whatever overtook what. */
export async function putReport(
  tx: Tx,
  key: CoverKey,
  { leasedMinor, returnedMinor, reservedMinor, givenBackMinor }: SliceTotals,
  now: Date,
): Promise<void> {
  await tx.query(
    `WITH before AS (SELECT returned_minor FROM cover_slices WHERE ${KEY}),
     put AS (
       INSERT INTO cover_slices AS s (participant_kind, participant_id, currency_code, leased_minor,
         returned_minor, known_reserved_minor, known_given_back_minor, reported_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (participant_kind, participant_id, currency_code) DO UPDATE SET
         leased_minor = greatest(s.leased_minor, excluded.leased_minor),
         returned_minor = greatest(s.returned_minor, excluded.returned_minor),
         known_reserved_minor = greatest(s.known_reserved_minor, excluded.known_reserved_minor),
         known_given_back_minor =
           greatest(s.known_given_back_minor, excluded.known_given_back_minor),
         reported_at = excluded.reported_at
       RETURNING participant_kind, participant_id, currency_code, returned_minor
     )
     INSERT INTO cover_leases (participant_kind, participant_id, currency_code, state, total_minor,
       amount_minor, recorded_at)
     SELECT participant_kind, participant_id, currency_code, 'RETURNED', put.returned_minor,
            put.returned_minor - coalesce((SELECT returned_minor FROM before), 0), $8
       FROM put WHERE put.returned_minor > coalesce((SELECT returned_minor FROM before), 0)`,
    [...keyed(key), leasedMinor, returnedMinor, reservedMinor, givenBackMinor, now],
  );
}

/** Leases so much more; the slice was reported before. */
export async function addLease(
  tx: Tx,
  key: CoverKey,
  amountMinor: bigint,
  now: Date,
): Promise<void> {
  await tx.query(`UPDATE cover_slices SET leased_minor = leased_minor + $4 WHERE ${KEY}`, [
    ...keyed(key),
    amountMinor,
  ]);
  await tx.query(
    `INSERT INTO cover_leases (participant_kind, participant_id, currency_code, state, total_minor,
       amount_minor, recorded_at)
     SELECT participant_kind, participant_id, currency_code, 'LEASED', leased_minor, $4, $5
       FROM cover_slices WHERE ${KEY}`,
    [...keyed(key), amountMinor, now],
  );
}

/** Lets nothing be leased ahead until then. */
export async function putRecall(db: Queryable, key: CoverKey, until: Date): Promise<void> {
  await db.query(`UPDATE cover_slices SET recall_until = $4 WHERE ${KEY}`, [...keyed(key), until]);
}

function positionOf(row: PositionRow): CoverPosition {
  return {
    participant: { kind: row.participant_kind, id: row.participant_id },
    currencyCode: row.currency_code,
    capMinor: row.cap_minor ?? undefined,
    prefundedMinor: row.prefunded_minor,
    usedMinor: row.used_minor,
    leasedMinor: row.leased_minor,
    reservedMinor: row.reserved_minor,
    availableMinor: row.available_minor,
    slice: {
      leasedMinor: row.leased_total_minor,
      returnedMinor: row.returned_total_minor,
      reservedMinor: row.known_reserved_minor,
      givenBackMinor: row.known_given_back_minor,
    },
    reportedAt: row.reported_at ?? undefined,
    recallUntil: row.recall_until ?? undefined,
  };
}
