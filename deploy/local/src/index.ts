export { createDatabases, databaseUrl, dropDatabases, withClient } from './databases.ts';
export { Guard } from './guard.ts';
export { type Nats, startNats } from './nats.ts';
export { type Postgres, startPostgres } from './postgres.ts';
