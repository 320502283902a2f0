import type { Database, Queryable, Tx } from '@causeway/db';
import type { Side } from '../../participants.ts';
import type { Source } from '../source.ts';

interface ReconciliationRow {
  reconciliation_id: string;
  source: 'partner' | 'bank';
  participant_kind: Side | null;
  participant_id: string | null;
  account: string | null;
  currency_code: string | null;
  from_date: string;
  to_date: string;
  file_id: string;
  load_id: string;
  wanted_run: number;
}

/** A reconciliation that waits to be matched. */
export interface Waiting {
  reconciliationId: string;
  source: Source;
  fileId: string;
  loadId: string;
  runNo: number;
}

/** The source that a row tells. */
export function sourceOf(
  row: Omit<ReconciliationRow, 'file_id' | 'load_id' | 'wanted_run'>,
): Source {
  if (row.participant_kind !== null && row.participant_id !== null) {
    const participant = { kind: row.participant_kind, id: row.participant_id };
    return { kind: 'partner', participant, clearingDate: row.from_date };
  }
  return {
    kind: 'bank',
    account: row.account ?? '',
    currencyCode: row.currency_code ?? '',
    fromDate: row.from_date,
    toDate: row.to_date,
  };
}

/**
 * Takes one reconciliation that waits, or the one that is named, unless another process is at it. It
 * stays taken until the transaction ends, and nobody who uploads or resolves waits for that.
 */
export async function takeWaiting(tx: Tx, only?: string): Promise<Waiting | undefined> {
  const [row] = await tx.query<ReconciliationRow>(
    `SELECT r.reconciliation_id, r.source, r.participant_kind, r.participant_id, r.account,
            r.currency_code, r.from_date, r.to_date, r.file_id, f.load_id, r.wanted_run
       FROM reconciliation_turns t
       JOIN reconciliations r ON r.reconciliation_id = t.reconciliation_id
       JOIN reconciliation_files f ON f.file_id = r.file_id
      WHERE r.matched_run < r.wanted_run AND ($1::uuid IS NULL OR r.reconciliation_id = $1)
      ORDER BY r.reconciliation_id LIMIT 1
        FOR UPDATE OF t SKIP LOCKED`,
    [only ?? null],
  );
  if (row === undefined) return undefined;
  return {
    reconciliationId: row.reconciliation_id,
    source: sourceOf(row),
    fileId: row.file_id,
    loadId: row.load_id,
    runNo: row.wanted_run,
  };
}

/** What a run came to. */
export interface RunCounts {
  openedCount: bigint;
  healedCount: bigint;
}

/** Records the end of a run; the counts of lines and pairs are taken from its own tables. */
export async function endRun(
  tx: Tx,
  { reconciliationId, runNo, fileId, loadId, source }: Waiting,
  { openedCount, healedCount }: RunCounts,
  endedAt: Date,
): Promise<void> {
  await tx.query(source.kind === 'partner' ? END_PARTNER : END_BANK, [
    ...[reconciliationId, runNo, fileId, endedAt, loadId, openedCount, healedCount],
  ]);
  await tx.query('UPDATE reconciliations SET matched_run = $2 WHERE reconciliation_id = $1', [
    reconciliationId,
    runNo,
  ]);
}

const endSql = (lines: string) => `
  INSERT INTO reconciliation_runs (reconciliation_id, run_no, file_id, ended_at, our_count,
    their_count, matched_count, by_rule_count, opened_count, healed_count, open_count)
  SELECT $1, $2, $3, $4, (SELECT count(*) FROM ours),
         (SELECT count(*) FROM ${lines} WHERE load_id = $5), (SELECT count(*) FROM met),
         (SELECT count(*) FROM met WHERE rule IN ('referred', 'alike')), $6, $7,
         (SELECT count(*) FROM reconciliation_breaks
           WHERE reconciliation_id = $1 AND state = 'open')
  ON CONFLICT (reconciliation_id, run_no) DO NOTHING`;
const END_PARTNER = endSql('partner_lines');
const END_BANK = endSql('bank_entries');

/** Says how far a run is, to whoever asks meanwhile. */
export async function noteProgress(
  db: Queryable,
  reconciliationId: string,
  step: string,
  doneCount: number,
): Promise<void> {
  await db.query(
    `INSERT INTO reconciliation_progress (reconciliation_id, step, done_count) VALUES ($1, $2, $3)
     ON CONFLICT (reconciliation_id) DO UPDATE
       SET step = excluded.step, done_count = excluded.done_count`,
    [reconciliationId, step, doneCount],
  );
}

export async function forgetProgress(db: Database, reconciliationId: string): Promise<void> {
  await db.query('DELETE FROM reconciliation_progress WHERE reconciliation_id = $1', [
    reconciliationId,
  ]);
}
