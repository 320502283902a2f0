import type { Queryable, Tx } from '@causeway/db';
import type { Format, Source } from '../source.ts';

/** A file that was taken. */
export interface FileRow {
  fileId: string;
  reconciliationId: string;
  loadId: string;
  digest: Buffer;
  sizeBytes: bigint;
  lineCount: number;
  format: Format;
  fileName: string;
  uploadedBy: string;
  uploadedAt: Date;
}

const FILE = `file_id AS "fileId", reconciliation_id AS "reconciliationId", load_id AS "loadId",
  digest, size_bytes AS "sizeBytes", line_count AS "lineCount", format, file_name AS "fileName",
  uploaded_by AS "uploadedBy", uploaded_at AS "uploadedAt"`;

export async function fileById(db: Queryable, fileId: string): Promise<FileRow | undefined> {
  const [row] = await db.query<FileRow>(
    `SELECT ${FILE} FROM reconciliation_files WHERE file_id = $1`,
    [fileId],
  );
  return row;
}

export async function addFile(tx: Tx, file: FileRow): Promise<void> {
  await tx.query(
    `INSERT INTO reconciliation_files (file_id, reconciliation_id, load_id, digest, size_bytes,
       line_count, format, file_name, uploaded_by, uploaded_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ...[file.fileId, file.reconciliationId, file.loadId, file.digest, file.sizeBytes],
      ...[file.lineCount, file.format, file.fileName, file.uploadedBy, file.uploadedAt],
    ],
  );
}

/** Makes the file what a reconciliation goes by, which is made where it is the first. */
export async function wantRun(
  tx: Tx,
  {
    reconciliationId,
    source,
    fileId,
    at,
  }: {
    reconciliationId: string;
    source: Source;
    fileId: string;
    at: Date;
  },
): Promise<void> {
  const own = source.kind === 'partner' ? source.participant : undefined;
  const bank = source.kind === 'bank' ? source : undefined;
  const [from, to] =
    source.kind === 'partner'
      ? [source.clearingDate, source.clearingDate]
      : [source.fromDate, source.toDate];
  await tx.query(
    `INSERT INTO reconciliations AS r (reconciliation_id, source, participant_kind, participant_id,
       account, currency_code, from_date, to_date, file_id, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (reconciliation_id) DO UPDATE
       SET file_id = excluded.file_id, wanted_run = r.wanted_run + 1`,
    [
      ...[reconciliationId, source.kind, own?.kind, own?.id, bank?.account, bank?.currencyCode],
      ...[from, to, fileId, at],
    ],
  );
  await tx.query(
    'INSERT INTO reconciliation_turns (reconciliation_id) VALUES ($1) ON CONFLICT DO NOTHING',
    [reconciliationId],
  );
}

/** Loads of files whose place a later one has taken, and which are matched no more. */
export async function supersededLoads(db: Queryable, reconciliationId: string): Promise<string[]> {
  const rows = await db.query<{ load_id: string }>(
    `SELECT f.load_id FROM reconciliation_files f
       JOIN reconciliations r ON r.reconciliation_id = f.reconciliation_id
      WHERE f.reconciliation_id = $1 AND f.file_id <> r.file_id
        AND EXISTS (SELECT FROM partner_lines l WHERE l.load_id = f.load_id
                    UNION ALL SELECT FROM bank_entries e WHERE e.load_id = f.load_id)`,
    [reconciliationId],
  );
  return rows.map(({ load_id }) => load_id);
}
