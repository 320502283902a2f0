export { type DatabaseClock, databaseClock } from './clock.ts';
export { type Cell, columns } from './columns.ts';
export { type Database, type DatabaseOptions, openDatabase } from './database.ts';
export type { Distribution } from './distribute.ts';
export { isDatabaseAway, isRepeatable, isUnavailable, OutcomeUnknown } from './errors.ts';
export {
  type LaneStatement,
  laneStatement,
  queryEachShard,
  queryLanes,
  Shards,
  togetherByLane,
} from './lanes.ts';
export { type Migration, migrate } from './migrate.ts';
export { type RowColumn, rowArray } from './row-array.ts';
export type { Params, Queryable } from './session.ts';
export { migrateOnce, startDatabase } from './start.ts';
export type { Tx } from './transaction.ts';
