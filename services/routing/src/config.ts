import {
  type Config,
  type Env,
  integer,
  loadConfig,
  natsSettings,
  serviceSettings,
  text,
} from '@causeway/runtime';

const SPEC = {
  ...serviceSettings('routing', 8),
  ...natsSettings(),
  fxAddress: text('FX_ADDRESS', { doc: 'host:port of the fx service' }),
  paymentTtlSeconds: integer('PAYMENT_TTL_SECONDS', {
    doc: 'after this nothing is started any more for a pending payment',
    default: 60,
    min: 1,
    max: 600,
  }),
};

export type RoutingConfig = Config<typeof SPEC>;

/** Everything this service is told by its environment. Throws with all problems at once. */
export function routingConfig(env: Env): RoutingConfig {
  return loadConfig(env, SPEC);
}
