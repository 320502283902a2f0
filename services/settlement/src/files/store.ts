import type { Queryable, Tx } from '@causeway/db';
import type { ParticipantRef } from '../participants.ts';
import type { WindowKey } from '../windows/window.ts';
import type { Content } from './chunks.ts';
import type { FileKind } from './window-file.ts';

/** One file as it is kept. */
export interface KeptFile extends Content {
  currencyCode: string;
  kind: FileKind;
  name: string;
}

/** A kept file with what is needed to read it. */
export interface FoundFile extends KeptFile {
  batchId: string;
  participant: ParticipantRef;
  clearingDate: string;
}

/** The certificate of a window. */
export interface KeptCertificate {
  clearingDate: string;
  document: string;
  keyId: string;
}

/** A set of files that is being made. */
export interface Batch {
  batchId: string;
  /** The same for whoever makes files of the same window with the same sums. */
  contentId: string;
  window: WindowKey;
}

/** Begins a set of files for a window; nobody sees them before `publishFiles`. */
export async function beginBatch(db: Queryable, batch: Batch): Promise<void> {
  const { participant, clearingDate } = batch.window;
  await db.query(
    `INSERT INTO clearing_batches
       (batch_id, content_id, participant_kind, participant_id, clearing_date)
     VALUES ($1, $2, $3, $4, $5)`,
    [batch.batchId, batch.contentId, participant.kind, participant.id, clearingDate],
  );
}

/** Keeps one chunk. */
export async function putChunk(
  db: Queryable,
  batchId: string,
  file: Pick<KeptFile, 'currencyCode' | 'kind'>,
  position: number,
  bytes: Buffer,
): Promise<void> {
  await db.query(
    `INSERT INTO clearing_file_chunks (batch_id, currency_code, kind, position, bytes)
     VALUES ($1, $2, $3, $4, $5)`,
    [batchId, file.currencyCode, file.kind, position, bytes],
  );
}

/** Ends a set: its files and what certifies them, in one commit. */
export async function completeBatch(
  tx: Tx,
  batchId: string,
  files: readonly KeptFile[],
  certificate: Omit<KeptCertificate, 'clearingDate'>,
): Promise<void> {
  for (const file of files) {
    const { currencyCode, kind, name, sizeBytes, sha256, chunkCount } = file;
    await tx.query(
      `INSERT INTO clearing_files
         (batch_id, currency_code, kind, name, size_bytes, sha256, chunk_count)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [batchId, currencyCode, kind, name, sizeBytes, Buffer.from(sha256, 'hex'), chunkCount],
    );
  }
  await tx.query('UPDATE clearing_batches SET certificate = $2, key_id = $3 WHERE batch_id = $1', [
    batchId,
    certificate.document,
    certificate.keyId,
  ]);
}

/**
 * Shows a complete set with that content to its participant for ever; belongs into the commit that
 * makes the window final. Books that are made again have no files, so that there may be no such set.
 */
export async function publishFiles(tx: Tx, contentId: string): Promise<void> {
  await tx.query(
    `UPDATE clearing_batches SET published = true
      WHERE batch_id = (SELECT batch_id FROM clearing_batches
                         WHERE content_id = $1 AND certificate IS NOT NULL
                         ORDER BY begun_at, batch_id LIMIT 1)`,
    [contentId],
  );
}

/** Chunks that are dropped at once, so that no statement lasts. */
const DROPPED_AT_ONCE = 500;

/** Drops some of what was begun more than a day ago and never published: its writer died. */
export async function dropAbandoned(db: Queryable): Promise<void> {
  await db.query(
    `DELETE FROM clearing_file_chunks WHERE (batch_id, currency_code, kind, position) IN (
       SELECT c.batch_id, c.currency_code, c.kind, c.position
         FROM clearing_batches b JOIN clearing_file_chunks c USING (batch_id)
        WHERE NOT b.published AND b.begun_at < now() - interval '1 day' LIMIT $1)`,
    [DROPPED_AT_ONCE],
  );
  await db.query(
    `DELETE FROM clearing_batches b
      WHERE NOT published AND begun_at < now() - interval '1 day'
        AND NOT EXISTS (SELECT FROM clearing_file_chunks c WHERE c.batch_id = b.batch_id)`,
    [],
  );
}

/** The last window with files; undefined where there is none yet. */
export async function lastFiledDate(
  db: Queryable,
  { kind, id }: ParticipantRef,
): Promise<string | undefined> {
  const [row] = await db.query<{ clearing_date: string }>(
    `SELECT clearing_date FROM clearing_batches
      WHERE participant_kind = $1 AND participant_id = $2 AND published
      ORDER BY clearing_date DESC LIMIT 1`,
    [kind, id],
  );
  return row?.clearing_date;
}

const FOUND = `
  SELECT f.batch_id AS "batchId", b.participant_kind AS "participantKind",
         b.participant_id AS "participantId", b.clearing_date AS "clearingDate",
         f.currency_code AS "currencyCode", f.kind, f.name, f.size_bytes AS "sizeBytes",
         encode(f.sha256, 'hex') AS sha256, f.chunk_count AS "chunkCount"
    FROM clearing_files f JOIN clearing_batches b USING (batch_id)
   WHERE b.published`;

type FoundRow = Omit<FoundFile, 'participant'> & {
  participantKind: ParticipantRef['kind'];
  participantId: string;
};

const foundFile = ({ participantKind: kind, participantId: id, ...row }: FoundRow): FoundFile => ({
  ...row,
  participant: { kind, id },
});

/** The published files of a window, in no order. */
export async function filesOf(db: Queryable, window: WindowKey): Promise<FoundFile[]> {
  const { participant, clearingDate } = window;
  const rows = await db.query<FoundRow>(
    `${FOUND} AND b.participant_kind = $1 AND b.participant_id = $2 AND b.clearing_date = $3`,
    [participant.kind, participant.id, clearingDate],
  );
  return rows.map(foundFile);
}

/** A published file by its name. */
export async function fileNamed(db: Queryable, name: string): Promise<FoundFile | undefined> {
  const [row] = await db.query<FoundRow>(`${FOUND} AND f.name = $1`, [name]);
  return row && foundFile(row);
}

/** One chunk of a file, as it is kept. */
export async function readChunk(
  db: Queryable,
  { batchId, currencyCode, kind }: FoundFile,
  position: number,
): Promise<Buffer | undefined> {
  const [row] = await db.query<{ bytes: Buffer }>(
    `SELECT bytes FROM clearing_file_chunks
      WHERE batch_id = $1 AND currency_code = $2 AND kind = $3 AND position = $4`,
    [batchId, currencyCode, kind, position],
  );
  return row?.bytes;
}

/** The certificate of a window. */
export async function certificateOf(
  db: Queryable,
  { participant, clearingDate }: WindowKey,
): Promise<KeptCertificate | undefined> {
  const [row] = await db.query<KeptCertificate>(
    `SELECT clearing_date AS "clearingDate", certificate AS document, key_id AS "keyId"
       FROM clearing_batches
      WHERE participant_kind = $1 AND participant_id = $2 AND clearing_date = $3 AND published`,
    [participant.kind, participant.id, clearingDate],
  );
  return row;
}
