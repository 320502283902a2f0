import {
  type Config,
  databaseUrl,
  type Env,
  flag,
  integer,
  loadConfig,
  natsUrl,
  optionalText,
  text,
} from '@causeway/runtime';

const SPEC = {
  instance: text('CAUSEWAY_INSTANCE', { default: 'settlement', doc: 'tells instances apart' }),
  databaseUrl: databaseUrl(),
  databaseConnections: integer('DATABASE_MAX_CONNECTIONS', {
    default: 4,
    min: 2,
    doc: 'connections that this process may hold',
  }),
  natsUrl: natsUrl(),
  natsTlsDir: optionalText('NATS_TLS_DIR', {
    doc: 'the folder with ca.pem, cert.pem and key.pem for NATS, where it wants them',
  }),
  listenHost: text('LISTEN_HOST', { default: '127.0.0.1', doc: 'the address to listen on' }),
  listenPort: integer('LISTEN_PORT', { default: 0, max: 65_535, doc: '0 lets the host choose' }),
  tlsDir: text('TLS_DIR', { doc: 'the folder with ca.pem, cert.pem and key.pem' }),
  reflection: flag('REFLECTION', { default: false, doc: 'whether tools may ask for the API' }),
};

/** What this service can be told by its environment. */
export type SettlementConfig = Config<typeof SPEC>;

/** Reads the environment. Throws a ConfigError that lists everything that is wrong. */
export function settlementConfig(env: Env): SettlementConfig {
  return loadConfig(env, SPEC);
}
