import type { Migration } from '@causeway/db';
import { parkedDropsSql, parkedEventsSql } from '@causeway/events';
import { ledgerSql } from '@causeway/ledger';
import books from './0001_books.sql';
import lines from './0003_lines.sql';
import commands from './0004_commands.sql';
import charges from './0006_charges.sql';
import cover from './0007_cover.sql';
import agreements from './0008_agreements.sql';
import windows from './0013_windows.sql';
import reconciliation from './0020_reconciliation.sql';
import disputes from './0022_disputes.sql';
import adjustments from './0023_adjustments.sql';
import files from './0024_files.sql';
import noTime from './0025_no_time.sql';

/** The schema, step by step. An applied step is never edited. */
export const migrations: Migration[] = [
  { name: '0001_books', sql: books },
  { name: '0002_parked_events', sql: parkedEventsSql },
  { name: '0003_lines', sql: lines },
  { name: '0004_commands', sql: commands },
  { name: '0005_ledger', sql: ledgerSql },
  { name: '0006_charges', sql: charges },
  { name: '0007_cover', sql: cover },
  { name: '0008_agreements', sql: agreements },
  { name: '0013_windows', sql: windows },
  { name: '0020_reconciliation', sql: reconciliation },
  { name: '0022_disputes', sql: disputes },
  { name: '0023_adjustments', sql: adjustments },
  { name: '0024_files', sql: files },
  { name: '0025_no_time', sql: noTime },
  { name: '0026_parked_drops', sql: parkedDropsSql },
];
