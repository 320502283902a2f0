export { type Caller, issueCertificates } from './certificates.ts';
export { databaseUrl, dropDatabases, withClient } from './databases.ts';
export { Guard } from './guard.ts';
export { startNats } from './nats.ts';
export { type Postgres, startPostgres } from './postgres.ts';
export type { Processes } from './processes.ts';
export { SANDBOX_CALLERS, SERVICES, type ServiceSpec } from './services.ts';
export { type Stack, type StackOptions, startStack } from './stack.ts';
