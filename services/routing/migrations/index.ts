import type { Migration } from '@causeway/db';
import { eventQueueSql } from '@causeway/events';
import init from './0001_init.sql';
import routes from './0002_routes.sql';
import openOrders from './0009_open_orders.sql';
import clearing from './0010_clearing.sql';
import cover from './0011_cover.sql';
import settlement from './0012_settlement.sql';
import attempts from './0013_attempts.sql';
import restorations from './0014_restorations.sql';

/** Every migration of this service's database, in order. */
export const migrations: Migration[] = [
  { name: '0001_init', sql: init },
  { name: '0002_routes', sql: routes },
  { name: '0003_event_queue', sql: eventQueueSql },
  { name: '0009_open_orders', sql: openOrders },
  { name: '0010_clearing', sql: clearing },
  { name: '0011_cover', sql: cover },
  { name: '0012_settlement', sql: settlement },
  { name: '0013_attempts', sql: attempts },
  { name: '0014_restorations', sql: restorations },
];
