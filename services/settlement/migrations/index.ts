import type { Migration } from '@causeway/db';
import { parkedEventsSql } from '@causeway/events';
import { ledgerSql } from '@causeway/ledger';
import transfersOfPayment from './0002_transfers_of_payment.sql';

/** The schema, step by step. An applied step is never edited. */
export const migrations: Migration[] = [
  { name: '0001_ledger', sql: ledgerSql },
  { name: '0002_transfers_of_payment', sql: transfersOfPayment },
  { name: '0003_parked_events', sql: parkedEventsSql },
];
