import { type Database, type Queryable, type RowColumn, rowArray, type Tx } from '@causeway/db';
import { type BankEntry, signedOf } from '../readers/bank-entry.ts';
import type { FileRefused } from '../readers/file-refused.ts';
import type { PartnerLine } from '../readers/partner-csv.ts';
import { idsMeant, type MeantIds } from './meant.ts';

interface Loaded {
  loadId: string;
}

/** The attributes of `partner_line_v1`, in their order. */
const PARTNER_LINE: RowColumn<PartnerLine & MeantIds & Loaded>[] = [
  { type: 'uuid', of: ({ loadId }) => loadId },
  { type: 'integer', of: ({ lineNo }) => lineNo },
  { type: 'text', of: ({ kind }) => kind },
  { type: 'uuid', of: ({ namedId }) => namedId },
  { type: 'uuid', of: ({ derivedId }) => derivedId },
  { type: 'uuid', of: ({ paymentId }) => paymentId },
  { type: 'text', of: ({ requestId, refundRequestId }) => refundRequestId ?? requestId },
  { type: 'text', of: ({ merchantId }) => merchantId },
  { type: 'text', of: ({ currencyCode }) => currencyCode },
  { type: 'bigint', of: ({ amountMinor }) => amountMinor },
  { type: 'bigint', of: ({ feeMinor }) => feeMinor },
  { type: 'text', of: ({ rate }) => rate },
  { type: 'date', of: ({ clearingDate }) => clearingDate },
  { type: 'date', of: ({ occurredOn }) => occurredOn },
  { type: 'text', of: ({ status }) => status },
  { type: 'text', of: ({ reference }) => reference },
];

/** The attributes of `bank_entry_v1`, in their order. */
const BANK_ENTRY: RowColumn<BankEntry & Loaded>[] = [
  { type: 'uuid', of: ({ loadId }) => loadId },
  { type: 'integer', of: ({ lineNo }) => lineNo },
  { type: 'text', of: ({ entryReference }) => entryReference },
  { type: 'text', of: ({ endToEndId }) => endToEndId },
  { type: 'bigint', of: signedOf },
  { type: 'text', of: ({ currencyCode }) => currencyCode },
  { type: 'boolean', of: ({ reversal }) => reversal },
  { type: 'text', of: ({ status }) => status },
  { type: 'date', of: ({ bookingDate }) => bookingDate },
  { type: 'date', of: ({ valueDate }) => valueDate },
  { type: 'text', of: ({ reference }) => reference },
];

/** Keeps lines of a participant's file; ids are told by the acquirer whose file it is, if one's. */
export async function addPartnerLines(
  db: Queryable,
  loadId: string,
  lines: readonly PartnerLine[],
  acquirerId: string | undefined,
): Promise<void> {
  const rows = lines.map((line) => ({ ...line, ...idsMeant(line, acquirerId), loadId }));
  await db.query('INSERT INTO partner_lines SELECT * FROM unnest($1::partner_line_v1[])', [
    rowArray('partner_line_v1', rows, PARTNER_LINE),
  ]);
}

export async function addBankEntries(
  db: Queryable,
  loadId: string,
  entries: readonly BankEntry[],
): Promise<void> {
  const rows = entries.map((entry) => ({ ...entry, loadId }));
  await db.query('INSERT INTO bank_entries SELECT * FROM unnest($1::bank_entry_v1[])', [
    rowArray('bank_entry_v1', rows, BANK_ENTRY),
  ]);
}

/** Begins a load, or says that it goes on. */
export async function touchLoad(db: Queryable, loadId: string, at: Date): Promise<void> {
  await db.query(
    `INSERT INTO reconciliation_loads (load_id, touched_at) VALUES ($1, $2)
     ON CONFLICT (load_id) DO UPDATE SET touched_at = excluded.touched_at`,
    [loadId, at],
  );
}

/** Loads that nobody touched since. */
export async function staleLoads(db: Queryable, before: Date): Promise<string[]> {
  const rows = await db.query<{ load_id: string }>(
    'SELECT load_id FROM reconciliation_loads WHERE touched_at < $1 LIMIT 100',
    [before],
  );
  return rows.map(({ load_id }) => load_id);
}

/** The load has become a file, whose lines stay. */
export async function endLoad(tx: Tx, loadId: string): Promise<void> {
  await tx.query('DELETE FROM reconciliation_loads WHERE load_id = $1', [loadId]);
}

const REMOVED_AT_ONCE = 20_000;

/** Takes away whatever a load has brought. */
export async function dropLoad(db: Database, loadId: string): Promise<void> {
  for (const sql of [REMOVE_LINES, REMOVE_ENTRIES]) {
    for (;;) {
      const [row] = await db.query<{ count: number }>(sql, [loadId, REMOVED_AT_ONCE]);
      if ((row?.count ?? 0) < REMOVED_AT_ONCE) break;
    }
  }
  await db.query('DELETE FROM reconciliation_loads WHERE load_id = $1', [loadId]);
}

const removal = (table: string) => `
  WITH chosen AS (SELECT load_id, line_no FROM ${table} WHERE load_id = $1 ORDER BY line_no LIMIT $2),
  removed AS (
    DELETE FROM ${table} t USING chosen s
     WHERE t.load_id = s.load_id AND t.line_no = s.line_no RETURNING 1
  )
  SELECT count(*)::integer AS count FROM removed`;
const REMOVE_LINES = removal('partner_lines');
const REMOVE_ENTRIES = removal('bank_entries');

/** The record of a file that was not taken: all that is kept of it. */
export async function recordRefusal(
  db: Queryable,
  refusal: {
    refusalId: string;
    refusedAt: Date;
    uploadedBy: string;
    about: string;
    fileName: string;
    refused: FileRefused;
  },
): Promise<void> {
  const { refused } = refusal;
  await db.query(
    `INSERT INTO reconciliation_refusals
       (refusal_id, refused_at, uploaded_by, about, file_name, line, at_column, problem)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      ...[refusal.refusalId, refusal.refusedAt, refusal.uploadedBy, refusal.about],
      ...[refusal.fileName, refused.line, refused.column, refused.problem],
    ],
  );
}
