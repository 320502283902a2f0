import {
  type Config,
  type Env,
  loadConfig,
  natsSettings,
  serviceSettings,
} from '@causeway/runtime';

const SPEC = {
  ...serviceSettings('settlement', 4),
  ...natsSettings(),
};

/** What this service can be told by its environment. */
export type SettlementConfig = Config<typeof SPEC>;

/** Reads the environment. Throws a ConfigError that lists everything that is wrong. */
export function settlementConfig(env: Env): SettlementConfig {
  return loadConfig(env, SPEC);
}
