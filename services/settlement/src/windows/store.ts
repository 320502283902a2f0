import { columns, type Queryable, type Tx } from '@causeway/db';
import type { ParticipantRef, Side } from '../participants.ts';
import type { Window, WindowKey, WindowState, WindowSum } from './window.ts';

interface WindowRow {
  participant_kind: Side;
  participant_id: string;
  clearing_date: string;
  state: WindowState;
  closed_early: boolean;
  opened_at: Date;
  closed_at: Date | null;
  final_at: Date | null;
  ended_at: Date | null;
  agreement_version: number | null;
  charges_through: bigint | null;
  end_reference: string | null;
}

const WINDOW = `participant_kind, participant_id, clearing_date, state, closed_early, opened_at,
  closed_at, final_at, ended_at, agreement_version, charges_through, end_reference`;

function windowOf(row: WindowRow): Window {
  return {
    participant: { kind: row.participant_kind, id: row.participant_id },
    clearingDate: row.clearing_date,
    state: row.state,
    closedEarly: row.closed_early,
    openedAt: row.opened_at,
    closedAt: row.closed_at ?? undefined,
    finalAt: row.final_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
    agreementVersion: row.agreement_version ?? undefined,
    chargesThrough: row.charges_through ?? undefined,
    endReference: row.end_reference ?? undefined,
  };
}

const keyParams = ({ participant: { kind, id }, clearingDate }: WindowKey) => [
  kind,
  id,
  clearingDate,
];

const OF_WINDOW = 'participant_kind = $1 AND participant_id = $2 AND clearing_date = $3';

export async function windowBy(db: Queryable, key: WindowKey): Promise<Window | undefined> {
  const [row] = await db.query<WindowRow>(
    `SELECT ${WINDOW} FROM windows WHERE ${OF_WINDOW}`,
    keyParams(key),
  );
  return row && windowOf(row);
}

/** Every window that is not final, of each participant the oldest first. */
export async function unfinishedWindows(db: Queryable): Promise<Window[]> {
  const rows = await db.query<WindowRow>(
    `SELECT ${WINDOW} FROM windows WHERE state IN ('OPEN', 'CLOSED')
      ORDER BY participant_kind, participant_id, clearing_date`,
    [],
  );
  return rows.map(windowOf);
}

/** The participant's newest window. */
export async function latestWindow(
  db: Queryable,
  { kind, id }: ParticipantRef,
): Promise<Window | undefined> {
  const [row] = await db.query<WindowRow>(
    `SELECT ${WINDOW} FROM windows WHERE participant_kind = $1 AND participant_id = $2
      ORDER BY clearing_date DESC LIMIT 1`,
    [kind, id],
  );
  return row && windowOf(row);
}

/** The last day of each participant that is final, by `<kind> <id>`. */
export async function latestFinalDays(db: Queryable): Promise<Map<string, string>> {
  const rows = await db.query<{ kind: string; id: string; day: string }>(
    `SELECT participant_kind AS kind, participant_id AS id, max(clearing_date) AS day
       FROM windows WHERE state NOT IN ('OPEN', 'CLOSED')
      GROUP BY participant_kind, participant_id`,
    [],
  );
  return new Map(rows.map(({ kind, id, day }) => [`${kind} ${id}`, day]));
}

/** A place in the list of windows: behind this one. */
export interface WindowPlace {
  clearingDate: string;
  kind: string;
  id: string;
}

/** What windows are asked for: empty texts stand for all. */
export interface WindowFilter {
  kind: Side | '';
  id: string;
  state: WindowState | '';
}

/** A page of windows, the newest day first. */
export async function listWindows(
  db: Queryable,
  { kind, id, state }: WindowFilter,
  after: WindowPlace | undefined,
  limit: number,
): Promise<Window[]> {
  const rows = await db.query<WindowRow>(
    `SELECT ${WINDOW} FROM windows
      WHERE ($1 = '' OR participant_kind = $1) AND ($2 = '' OR participant_id = $2)
        AND ($3 = '' OR state = $3)
        AND (clearing_date < $4 OR clearing_date = $4 AND (participant_kind, participant_id) > ($5, $6))
      ORDER BY clearing_date DESC, participant_kind, participant_id LIMIT $7`,
    [kind, id, state, after?.clearingDate ?? 'infinity', after?.kind ?? '', after?.id ?? '', limit],
  );
  return rows.map(windowOf);
}

/** Opens a window unless it is there. */
export async function openWindow(tx: Tx, key: WindowKey, openedAt: Date): Promise<void> {
  await tx.query(
    `INSERT INTO windows (participant_kind, participant_id, clearing_date, state, opened_at)
     VALUES ($1, $2, $3, 'OPEN', $4) ON CONFLICT DO NOTHING`,
    [...keyParams(key), openedAt],
  );
}

/** Closes a window that is open. */
export async function closeWindow(
  tx: Tx,
  key: WindowKey,
  closedEarly: boolean,
  closedAt: Date,
): Promise<void> {
  await tx.query(
    `UPDATE windows SET state = 'CLOSED', closed_early = $4, closed_at = $5
      WHERE ${OF_WINDOW} AND state = 'OPEN'`,
    [...keyParams(key), closedEarly, closedAt],
  );
}

/** What makes a window final. */
export interface FinalMark {
  agreementVersion: number;
  chargesThrough: bigint;
  finalAt: Date;
}

/** Makes a closed window pending. Answers whether it was closed, and none before it is unfinished. */
export async function finishWindow(tx: Tx, key: WindowKey, mark: FinalMark): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE windows SET state = 'PENDING', agreement_version = $4, charges_through = $5, final_at = $6
      WHERE ${OF_WINDOW} AND state = 'CLOSED' AND NOT EXISTS (
        SELECT FROM windows w WHERE w.participant_kind = $1 AND w.participant_id = $2
          AND w.clearing_date < $3 AND w.state IN ('OPEN', 'CLOSED'))
      RETURNING 1`,
    [...keyParams(key), mark.agreementVersion, mark.chargesThrough, mark.finalAt],
  );
  return rows.length > 0;
}

/** Ends a pending window. Answers whether it was pending. */
export async function endWindow(
  tx: Tx,
  key: WindowKey,
  state: 'SETTLED' | 'ABORTED',
  endReference: string,
  endedAt: Date,
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE windows SET state = $4, end_reference = $5, ended_at = $6
      WHERE ${OF_WINDOW} AND state = 'PENDING' RETURNING 1`,
    [...keyParams(key), state, endReference, endedAt],
  );
  return rows.length > 0;
}

export async function addSums(
  tx: Tx,
  { participant: { kind, id }, clearingDate }: WindowKey,
  sums: readonly WindowSum[],
): Promise<void> {
  await tx.query(
    `INSERT INTO window_sums (participant_kind, participant_id, clearing_date, currency_code,
       item_count, captured_minor, refunded_minor, fees_minor, adjustments_minor, disputes_minor,
       carried_minor, reserve_minor, released_minor, net_minor, due_minor, month_volume_minor,
       fee_tier, value_date, release_date)
     SELECT $1, $2, $3::date, * FROM unnest($4::text[], $5::bigint[], $6::bigint[], $7::bigint[],
       $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[],
       $14::bigint[], $15::bigint[], $16::bigint[], $17::integer[], $18::date[], $19::date[])`,
    [
      ...[kind, id, clearingDate],
      ...columns(
        sums,
        (sum) => sum.currencyCode,
        (sum) => sum.itemCount,
        (sum) => sum.capturedMinor,
        (sum) => sum.refundedMinor,
        (sum) => sum.feesMinor,
        (sum) => sum.adjustmentsMinor,
        (sum) => sum.disputesMinor,
        (sum) => sum.carriedMinor,
        (sum) => sum.reserveMinor,
        (sum) => sum.releasedMinor,
        (sum) => sum.netMinor,
        (sum) => sum.dueMinor,
        (sum) => sum.monthVolumeMinor,
        (sum) => sum.feeTier,
        (sum) => sum.valueDate,
        (sum) => sum.releaseDate,
      ),
    ],
  );
}

/** A sum together with its window. */
export interface WindowSumRow extends WindowSum {
  kind: Side;
  id: string;
  clearingDate: string;
}

const SUM = `
  participant_kind AS kind, participant_id AS id, clearing_date AS "clearingDate",
  currency_code AS "currencyCode", item_count AS "itemCount", captured_minor AS "capturedMinor",
  refunded_minor AS "refundedMinor", fees_minor AS "feesMinor",
  adjustments_minor AS "adjustmentsMinor", disputes_minor AS "disputesMinor",
  carried_minor AS "carriedMinor", reserve_minor AS "reserveMinor",
  released_minor AS "releasedMinor", net_minor AS "netMinor", due_minor AS "dueMinor",
  month_volume_minor AS "monthVolumeMinor", fee_tier AS "feeTier", value_date AS "valueDate",
  release_date AS "releaseDate"`;

/** The sums of these windows, in the order of the currencies. */
export function sumsOf(db: Queryable, keys: readonly WindowKey[]): Promise<WindowSumRow[]> {
  return db.query(
    `SELECT ${SUM} FROM window_sums
       JOIN unnest($1::text[], $2::text[], $3::date[])
         AS asked (participant_kind, participant_id, clearing_date)
       USING (participant_kind, participant_id, clearing_date)
      ORDER BY currency_code`,
    columns(
      keys,
      ({ participant }) => participant.kind,
      ({ participant }) => participant.id,
      ({ clearingDate }) => clearingDate,
    ),
  );
}

/** What decides fees, corrections and files of a window, from the participant's earlier ones. */
export interface EarlierWindows {
  currencyCode: string;
  /** Captured in the same calendar month. */
  monthVolumeMinor: bigint;
  /** Reserves whose day of release has come, and that no window has let go of. */
  releasableMinor: bigint;
}

/** Per currency that the participant has ever been settled in, in the order of the currencies. */
export function earlierWindows(db: Queryable, key: WindowKey): Promise<EarlierWindows[]> {
  return db.query(
    `SELECT currency_code AS "currencyCode",
            coalesce(sum(captured_minor) FILTER (
              WHERE date_trunc('month', clearing_date::timestamp)
                  = date_trunc('month', $3::date::timestamp)), 0)::bigint AS "monthVolumeMinor",
            coalesce(sum(reserve_minor) FILTER (
              WHERE released_in IS NULL AND release_date <= $3), 0)::bigint AS "releasableMinor"
       FROM window_sums
      WHERE participant_kind = $1 AND participant_id = $2 AND clearing_date < $3
      GROUP BY currency_code ORDER BY currency_code`,
    keyParams(key),
  );
}

/** Lets go of the reserves whose day has come, in favour of this window. */
export async function releaseReserves(tx: Tx, key: WindowKey): Promise<void> {
  await tx.query(
    `UPDATE window_sums SET released_in = $3
      WHERE participant_kind = $1 AND participant_id = $2 AND clearing_date < $3
        AND release_date <= $3 AND released_in IS NULL`,
    keyParams(key),
  );
}

/** By what a refunded payment's fee was charged on its day; undefined while that day is not final. */
export interface ChargedBy {
  agreementVersion: number;
  feeTier: number;
}

export async function chargedBy(
  db: Queryable,
  key: WindowKey,
  currencyCode: string,
): Promise<ChargedBy | undefined> {
  const [row] = await db.query<ChargedBy>(
    `SELECT agreement_version AS "agreementVersion", fee_tier AS "feeTier"
       FROM windows JOIN window_sums USING (participant_kind, participant_id, clearing_date)
      WHERE ${OF_WINDOW} AND currency_code = $4`,
    [...keyParams(key), currencyCode],
  );
  return row;
}

const OLDEST: Record<Side, string> = {
  acquirer: `SELECT min(acquirer_clearing_date) AS date FROM bookings WHERE partner_id = $1`,
  issuer: `SELECT min(issuer_clearing_date) AS date FROM bookings WHERE issuer_id = $1`,
};

/** The first day that the books have payments of; undefined where they have none. Reads all of them. */
export async function oldestBookedDay(
  db: Queryable,
  { kind, id }: ParticipantRef,
): Promise<string | undefined> {
  const [row] = await db.query<{ date: string | null }>(OLDEST[kind], [id]);
  return row?.date ?? undefined;
}
