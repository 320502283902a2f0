import type { Migration } from '@causeway/db';
import { parkedEventsSql } from '@causeway/events';
import books from './0001_books.sql';

/** The schema, step by step. An applied step is never edited. */
export const migrations: Migration[] = [
  { name: '0001_books', sql: books },
  { name: '0002_parked_events', sql: parkedEventsSql },
];
