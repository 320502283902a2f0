import type { Migration } from '@causeway/db';
import { parkedDropsSql, parkedEventsSql } from '@causeway/events';
import init from './0001_init.sql';
import treasury from './0002_treasury.sql';

/** The schema of the fx database, in order. */
export const migrations: Migration[] = [
  { name: '0001_init', sql: init },
  { name: '0002_parked_events', sql: parkedEventsSql },
  { name: '0002_treasury', sql: treasury },
  { name: '0003_parked_drops', sql: parkedDropsSql },
];
