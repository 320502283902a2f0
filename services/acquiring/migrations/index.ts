import type { Migration } from '@causeway/db';
import { parkedDropsSql, parkedEventsSql } from '@causeway/events';
import init from './0001_init.sql';
import webhooks from './0002_webhooks.sql';
import codesAndAgreements from './0003_codes_and_agreements.sql';
import transit from './0004_transit.sql';
import rideEnds from './0005_ride_ends.sql';
import losses from './0006_losses.sql';

/** The schema, step by step. An applied step is never edited. */
export const migrations: Migration[] = [
  { name: '0001_init', sql: init },
  { name: '0002_parked_events', sql: parkedEventsSql },
  { name: '0002_webhooks', sql: webhooks },
  { name: '0003_codes_and_agreements', sql: codesAndAgreements },
  { name: '0004_parked_drops', sql: parkedDropsSql },
  { name: '0004_transit', sql: transit },
  { name: '0005_ride_ends', sql: rideEnds },
  { name: '0006_losses', sql: losses },
];
