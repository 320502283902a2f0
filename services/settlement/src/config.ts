import {
  type Config,
  type Env,
  loadConfig,
  natsSettings,
  type Setting,
  serviceSettings,
  text,
} from '@causeway/runtime';

const SPEC = {
  ...serviceSettings('settlement', 8),
  ...natsSettings(),
  coverWarnPercents: percents('COVER_WARN_PERCENTS', {
    doc: 'shares of its cover, between commas, at which a participant is named in the log',
    default: [80, 95],
  }),
  routingAddress: text('ROUTING_ADDRESS', { doc: 'host:port of the routing service' }),
};

/** What this service can be told by its environment. */
export type SettlementConfig = Config<typeof SPEC>;

/** Reads the environment. Throws a ConfigError that lists everything that is wrong. */
export function settlementConfig(env: Env): SettlementConfig {
  return loadConfig(env, SPEC);
}

function percents(
  name: string,
  options: { doc: string; default: readonly number[] },
): Setting<readonly number[]> {
  return {
    name,
    doc: options.doc,
    read(raw) {
      if (raw === undefined) return options.default;
      const values = raw.split(',').map((item) => item.trim());
      if (values.every((value) => /^(100|[1-9]\d?)$/.test(value))) {
        return values.map((value) => Number.parseInt(value, 10)).sort((a, b) => a - b);
      }
      throw new Error('must be whole numbers from 1 to 100 between commas');
    },
  };
}
