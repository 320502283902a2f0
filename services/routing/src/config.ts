import {
  type Config,
  databaseUrl,
  type Env,
  integer,
  loadConfig,
  natsUrl,
  optionalText,
  text,
} from '@causeway/runtime';

const spec = {
  databaseUrl: databaseUrl(),
  natsUrl: natsUrl(),
  natsTlsDir: optionalText('NATS_TLS_DIR', {
    doc: 'the folder with ca.pem, cert.pem and key.pem for NATS, where it wants them',
  }),
  fxAddress: text('FX_ADDRESS', { doc: 'host:port of the fx service' }),
  tlsDir: text('TLS_DIR', { doc: 'folder with ca.pem, cert.pem and key.pem' }),
  host: text('LISTEN_HOST', { doc: 'the address to listen on', default: '127.0.0.1' }),
  port: integer('LISTEN_PORT', { doc: 'the port to listen on', default: 0, max: 65_535 }),
  paymentTtlSeconds: integer('PAYMENT_TTL_SECONDS', {
    doc: 'after this nothing is started any more for a pending payment',
    default: 60,
    min: 1,
    max: 600,
  }),
};

export type RoutingConfig = Config<typeof spec>;

/** Everything this service is told by its environment. Throws with all problems at once. */
export function routingConfig(env: Env): RoutingConfig {
  return loadConfig(env, spec);
}
