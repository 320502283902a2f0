import {
  databaseUrl,
  flag,
  integer,
  natsUrl,
  optionalInteger,
  optionalText,
  text,
} from './config.ts';

/** The bound of a drain unless told otherwise, in milliseconds. */
export const DRAIN_TIMEOUT_MS = 15_000;

/** A power of two above the nodes that a cluster may grow to; the 64 lanes hash onto them. */
export const DISTRIBUTED_SHARDS = 16;

/** What every service is told, in the same words: who it is, its database, where it listens. */
export function serviceSettings(service: string, databaseConnections: number) {
  return {
    instance: text('CAUSEWAY_INSTANCE', {
      default: service,
      doc: 'which of several that run the same service this is; its replicas share it',
    }),
    databaseUrl: databaseUrl(),
    databaseConnections: integer('DATABASE_MAX_CONNECTIONS', {
      default: databaseConnections,
      min: 2,
      doc: 'connections that this process may hold',
    }),
    migrateAtStart: flag('MIGRATE_AT_START', {
      default: true,
      doc: 'whether a start brings the tables up to date; else they must be, by `migrate`',
    }),
    ...distributionSettings(),
    tlsDir: text('TLS_DIR', { doc: 'the folder with ca.pem, cert.pem and key.pem' }),
    listenHost: text('LISTEN_HOST', { default: '127.0.0.1', doc: 'the address to listen on' }),
    listenPort: integer('LISTEN_PORT', { default: 0, max: 65_535, doc: '0 lets the host choose' }),
    healthPort: optionalInteger('HEALTH_PORT', {
      max: 65_535,
      doc: 'a port that answers health alone, without TLS, for probes that have no certificate',
    }),
    drainTimeoutMs: integer('CAUSEWAY_DRAIN_TIMEOUT_MS', {
      default: DRAIN_TIMEOUT_MS,
      doc: 'bound of the drain, in milliseconds; two thirds of it are for calls under way',
    }),
  };
}

/** What a service, or its task `migrate`, is told of a database that is a cluster of several. */
export function distributionSettings() {
  return {
    distributeByLane: flag('DISTRIBUTE_BY_LANE', {
      default: false,
      doc: 'whether the database is a Citus cluster whose tables are to stand there by lane',
    }),
    distributedShards: integer('DISTRIBUTED_SHARDS', {
      default: DISTRIBUTED_SHARDS,
      min: 1,
      max: 64,
      doc: 'into how many shards the lanes are cut, when they first are',
    }),
  };
}

/** What a service is told that makes a stream of facts. */
export function streamSettings() {
  return {
    streamReplicas: integer('NATS_STREAM_REPLICAS', {
      default: 1,
      min: 1,
      max: 5,
      doc: 'how many servers of a NATS cluster keep a copy of the stream; three in production',
    }),
    streamMaxMebibytes: integer('NATS_STREAM_MAX_MEBIBYTES', {
      default: 1_024,
      min: 16,
      doc: 'how much of the stream is kept; what a consumer has not read when it goes needs a replay',
    }),
  };
}

/** What a service is told that publishes or follows facts. */
export function natsSettings() {
  return {
    natsUrl: natsUrl(),
    natsTlsDir: optionalText('NATS_TLS_DIR', {
      doc: 'the folder with ca.pem, cert.pem and key.pem for NATS, where it wants them',
    }),
  };
}
