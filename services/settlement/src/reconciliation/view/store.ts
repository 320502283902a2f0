import type { Queryable } from '@causeway/db';
import type { Side } from '../../participants.ts';
import { sourceOf } from '../match/store.ts';
import type { Format, Source } from '../source.ts';

/** Whose reconciliations are asked for; undefined for everybody's. */
export interface Owner {
  kind: Side;
  id: string;
}

interface Row {
  reconciliation_id: string;
  source: 'partner' | 'bank';
  participant_kind: Side | null;
  participant_id: string | null;
  account: string | null;
  currency_code: string | null;
  from_date: string;
  to_date: string;
  file_id: string;
  digest: Buffer;
  size_bytes: bigint;
  line_count: number;
  format: Format;
  file_name: string;
  uploaded_by: string;
  uploaded_at: Date;
  running: boolean;
  step: string | null;
  done_count: bigint | null;
  run_no: number | null;
  ended_at: Date | null;
  our_count: bigint | null;
  their_count: bigint | null;
  matched_count: bigint | null;
  by_rule_count: bigint | null;
  opened_count: bigint | null;
  healed_count: bigint | null;
  open_count: bigint | null;
}

/** The last run of a reconciliation. */
export interface RunView {
  runNumber: number;
  endTime: Date;
  ourCount: bigint;
  theirCount: bigint;
  matchedCount: bigint;
  byRuleCount: bigint;
  openedCount: bigint;
  healedCount: bigint;
  openCount: bigint;
}

/** A reconciliation as it is told. */
export interface ReconciliationView {
  reconciliationId: string;
  source: Source;
  file: {
    fileId: string;
    sha256: string;
    sizeBytes: bigint;
    lineCount: bigint;
    format: Format;
    fileName: string;
    uploadedBy: string;
    uploadTime: Date;
  };
  lastRun: RunView | undefined;
  running: boolean;
  step: string;
  doneCount: bigint;
}

const VIEW = `
  SELECT r.reconciliation_id, r.source, r.participant_kind, r.participant_id, r.account,
         r.currency_code, r.from_date, r.to_date, f.file_id, f.digest, f.size_bytes, f.line_count,
         f.format, f.file_name, f.uploaded_by, f.uploaded_at,
         r.matched_run < r.wanted_run AS running, p.step, p.done_count, run.run_no, run.ended_at,
         run.our_count, run.their_count, run.matched_count, run.by_rule_count, run.opened_count,
         run.healed_count,
         (SELECT count(*) FROM reconciliation_breaks b
           WHERE b.reconciliation_id = r.reconciliation_id AND b.state = 'open') AS open_count
    FROM reconciliations r
    JOIN reconciliation_files f ON f.file_id = r.file_id
    LEFT JOIN reconciliation_progress p ON p.reconciliation_id = r.reconciliation_id
    LEFT JOIN reconciliation_runs run
      ON run.reconciliation_id = r.reconciliation_id AND run.run_no = r.matched_run`;

const OWNED = `($1 = '' OR (r.participant_kind = $1 AND r.participant_id = $2))`;

/** One reconciliation, if it is the owner's. */
export async function reconciliationById(
  db: Queryable,
  owner: Owner | undefined,
  reconciliationId: string,
): Promise<ReconciliationView | undefined> {
  const [row] = await db.query<Row>(`${VIEW} WHERE ${OWNED} AND r.reconciliation_id = $3`, [
    ...[owner?.kind ?? '', owner?.id ?? '', reconciliationId],
  ]);
  return row && viewOf(row);
}

/** Reconciliations, the latest days first, from behind one on. */
export async function listReconciliations(
  db: Queryable,
  owner: Owner | undefined,
  { after, limit }: { after: string; limit: number },
): Promise<ReconciliationView[]> {
  const rows = await db.query<Row>(
    `${VIEW} WHERE ${OWNED} AND ($3 = '' OR (r.to_date, r.reconciliation_id)
         < (SELECT a.to_date, a.reconciliation_id FROM reconciliations a
             WHERE a.reconciliation_id = nullif($3, '')::uuid))
      ORDER BY r.to_date DESC, r.reconciliation_id DESC LIMIT $4`,
    [owner?.kind ?? '', owner?.id ?? '', after, limit],
  );
  return rows.map(viewOf);
}

/** Wants one more run. Answers whether there is such a reconciliation. */
export async function wantAnotherRun(db: Queryable, reconciliationId: string): Promise<boolean> {
  const rows = await db.query(
    `UPDATE reconciliations SET wanted_run = matched_run + 1 WHERE reconciliation_id = $1
     RETURNING reconciliation_id`,
    [reconciliationId],
  );
  return rows.length > 0;
}

/** Which of the references a statement has been matched with. */
export async function matchedReferences(
  db: Queryable,
  references: readonly string[],
): Promise<Set<string>> {
  const rows = await db.query<{ subject: string }>(
    `SELECT DISTINCT m.subject FROM reconciliation_matches m
       JOIN reconciliations r ON r.reconciliation_id = m.reconciliation_id
      WHERE m.subject = ANY($1) AND r.source = 'bank'`,
    [references],
  );
  return new Set(rows.map(({ subject }) => subject));
}

function viewOf(row: Row): ReconciliationView {
  return {
    reconciliationId: row.reconciliation_id,
    source: sourceOf(row),
    file: {
      fileId: row.file_id,
      sha256: row.digest.toString('hex'),
      sizeBytes: row.size_bytes,
      lineCount: BigInt(row.line_count),
      format: row.format,
      fileName: row.file_name,
      uploadedBy: row.uploaded_by,
      uploadTime: row.uploaded_at,
    },
    lastRun: lastRunOf(row),
    running: row.running,
    step: row.step ?? '',
    doneCount: row.done_count ?? 0n,
  };
}

function lastRunOf(row: Row): RunView | undefined {
  if (row.run_no === null || row.ended_at === null) return undefined;
  return {
    runNumber: row.run_no,
    endTime: row.ended_at,
    ourCount: row.our_count ?? 0n,
    theirCount: row.their_count ?? 0n,
    matchedCount: row.matched_count ?? 0n,
    byRuleCount: row.by_rule_count ?? 0n,
    openedCount: row.opened_count ?? 0n,
    healedCount: row.healed_count ?? 0n,
    openCount: row.open_count ?? 0n,
  };
}
