import type { Migration } from '@causeway/db';
import init from './0001_init.sql';

/** The schema of the fx database, in order. */
export const migrations: Migration[] = [{ name: '0001_init', sql: init }];
