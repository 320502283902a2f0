import type { Queryable, Tx } from '@causeway/db';
import type { Owner } from '../view/store.ts';
import type { BreakRow } from './break.ts';

const BREAK = `
  SELECT b.break_id AS "breakId", b.reconciliation_id AS "reconciliationId", r.source, b.kind,
         b.state, b.line_no AS "lineNo", b.subject, b.payment_id AS "paymentId",
         b.currency_code AS "currencyCode", b.stake_minor AS "stakeMinor", b.ours, b.theirs,
         b.opened_at AS "openedAt", b.closed_at AS "closedAt", b.assignee,
         CASE WHEN b.line_no IS NULL OR b.kind IN ('missing_at_ours', 'orphan_refund',
             'cancelled_but_cleared') THEN NULL
           ELSE coalesce(m.rule, CASE r.source WHEN 'partner' THEN
             CASE WHEN l.named_id::text = b.subject THEN 'named' ELSE 'derived' END END)
         END AS rule
    FROM reconciliation_breaks b
    JOIN reconciliations r ON r.reconciliation_id = b.reconciliation_id
    JOIN reconciliation_files f ON f.file_id = r.file_id
    LEFT JOIN reconciliation_matches m
      ON m.reconciliation_id = b.reconciliation_id AND m.line_no = b.line_no
    LEFT JOIN partner_lines l ON l.load_id = f.load_id AND l.line_no = b.line_no`;

export async function breakById(db: Queryable, breakId: string): Promise<BreakRow | undefined> {
  const [row] = await db.query<BreakRow>(`${BREAK} WHERE b.break_id = $1`, [breakId]);
  return row;
}

/** Which breaks are asked for; what is undefined is not asked. */
export interface BreakFilter {
  owner: Owner | undefined;
  reconciliationId: string | undefined;
  state: string | undefined;
  kind: string | undefined;
  assignee: string | undefined;
}

const FILTER = `
      ($1::text IS NULL OR (r.participant_kind = $1 AND r.participant_id = $2))
  AND ($3::uuid IS NULL OR b.reconciliation_id = $3)
  AND ($4::text IS NULL OR b.state = $4)
  AND ($5::text IS NULL OR b.kind = $5)
  AND ($6::text IS NULL OR b.assignee = $6)`;

const filterParams = (filter: BreakFilter) => [
  ...[filter.owner?.kind ?? null, filter.owner?.id ?? null, filter.reconciliationId ?? null],
  ...[filter.state ?? null, filter.kind ?? null, filter.assignee ?? null],
];

/** Breaks, the oldest first, from behind one on. */
export function listBreakRows(
  db: Queryable,
  filter: BreakFilter,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<BreakRow[]> {
  return db.query(
    `${BREAK} WHERE ${FILTER} AND ($7::uuid IS NULL OR (b.opened_at, b.break_id)
         > (SELECT a.opened_at, a.break_id FROM reconciliation_breaks a WHERE a.break_id = $7))
      ORDER BY b.opened_at, b.break_id LIMIT $8`,
    [...filterParams(filter), after ?? null, limit],
  );
}

/** Breaks of one kind, state, age and currency. */
export interface CountedBreaks {
  kind: string;
  state: string;
  fromAgeDays: number;
  toAgeDays: number;
  currencyCode: string;
  breakCount: bigint;
  stakeMinor: bigint;
}

/** Breaks by kind, state, age and currency, at a moment. */
export function countBreaks(
  db: Queryable,
  filter: BreakFilter,
  now: Date,
): Promise<CountedBreaks[]> {
  return db.query(
    `SELECT b.kind, b.state, age.from_days AS "fromAgeDays", age.to_days AS "toAgeDays",
            b.currency_code AS "currencyCode", count(*) AS "breakCount",
            least(sum(b.stake_minor), 9223372036854775807)::bigint AS "stakeMinor"
       FROM reconciliation_breaks b
       JOIN reconciliations r ON r.reconciliation_id = b.reconciliation_id
       JOIN (VALUES (0, 1), (2, 3), (4, 7), (8, 30), (31, 0)) AS age (from_days, to_days)
         ON floor(extract(epoch FROM coalesce(b.closed_at, $7) - b.opened_at) / 86400)
            BETWEEN age.from_days AND CASE age.to_days WHEN 0 THEN 1e9 ELSE age.to_days END
      WHERE ${FILTER}
      GROUP BY b.kind, b.state, age.from_days, age.to_days, b.currency_code
      ORDER BY b.kind, b.state, age.from_days, b.currency_code`,
    [...filterParams(filter), now],
  );
}

/** The open breaks of one kind. */
export interface OpenBreaks {
  kind: string;
  count: number;
  oldest: Date;
}

export function openBreaks(db: Queryable): Promise<OpenBreaks[]> {
  return db.query(
    `SELECT kind, count(*)::integer AS count, min(opened_at) AS oldest
       FROM reconciliation_breaks WHERE state = 'open' GROUP BY kind`,
    [],
  );
}

/** What somebody did about a break. */
export interface ActionRow {
  kind: 'assign' | 'comment' | 'resolve';
  operatorId: string;
  assignee: string;
  said: string;
  currencyCode: string | null;
  adjustmentMinor: bigint | null;
  recordedAt: Date;
}

export function actionsOf(db: Queryable, breakId: string): Promise<ActionRow[]> {
  return db.query(
    `SELECT kind, operator_id AS "operatorId", assignee, said, currency_code AS "currencyCode",
            adjustment_minor AS "adjustmentMinor", recorded_at AS "recordedAt"
       FROM reconciliation_actions WHERE break_id = $1 ORDER BY command_seq`,
    [breakId],
  );
}

export async function addAction(
  tx: Tx,
  action: ActionRow & { commandSeq: bigint; breakId: string },
): Promise<void> {
  await tx.query(
    `INSERT INTO reconciliation_actions (command_seq, break_id, kind, operator_id, assignee, said,
       currency_code, adjustment_minor, recorded_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ...[action.commandSeq, action.breakId, action.kind, action.operatorId, action.assignee],
      ...[action.said, action.currencyCode, action.adjustmentMinor, action.recordedAt],
    ],
  );
}

/**
 * Where a break stands, held until the transaction ends; undefined where there is none, as in books
 * that are made again, which have no breaks.
 */
export async function lockBreak(tx: Tx, breakId: string): Promise<string | undefined> {
  const [row] = await tx.query<{ state: string }>(
    'SELECT state FROM reconciliation_breaks WHERE break_id = $1 FOR UPDATE',
    [breakId],
  );
  return row?.state;
}

export async function setAssignee(tx: Tx, breakId: string, assignee: string): Promise<void> {
  await tx.query('UPDATE reconciliation_breaks SET assignee = $2 WHERE break_id = $1', [
    breakId,
    assignee,
  ]);
}

export async function setResolved(tx: Tx, breakId: string, at: Date): Promise<void> {
  await tx.query(
    "UPDATE reconciliation_breaks SET state = 'resolved', closed_at = $2 WHERE break_id = $1",
    [breakId, at],
  );
}
