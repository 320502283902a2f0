import { probeSettings } from '@causeway/probe';
import {
  type Config,
  type Env,
  integer,
  loadConfig,
  optionalText,
  secret,
  serviceSettings,
  text,
} from '@causeway/runtime';

const SPEC = {
  ...serviceSettings('wallet', 8),
  ...probeSettings(),
  appPort: integer('APP_PORT', { doc: 'the port for wallet apps', default: 0, max: 65535 }),
  fxAddress: text('FX_ADDRESS', { doc: 'host:port of fx, which publishes rate boards' }),
  acquiringAddress: text('ACQUIRING_ADDRESS', {
    doc: 'host:port of acquiring, which reads what users scan; it may start later',
  }),
  issuerId: text('ISSUER_ID', { doc: 'which wallet operator this is' }),
  codePrefix: text('CODE_PREFIX', { doc: 'the six digits with which its payment codes begin' }),
  codeHashKey: secret('CODE_HASH_KEY', { doc: 'keys the hash under which codes are stored' }),
  tokenKeys: secret('TOKEN_KEYS', {
    doc: 'id:secret pairs between commas; the first signs the tokens of apps, all verify them',
  }),
  tokenTtlSeconds: integer('TOKEN_TTL_SECONDS', {
    doc: "how long an app's token lives",
    default: 86_400,
    min: 1,
    max: 31_536_000,
  }),
  transitKeySecret: secret('TRANSIT_KEY_SECRET', {
    doc: 'what the keys that sign transit grants follow from; without it none are signed',
    default: '',
  }),
  policyFile: optionalText('POLICY_FILE', {
    doc: 'a JSON file with tiers and corridor limits; the built-in policy unless given',
  }),
};

/** What this service is told by its environment. */
export type WalletConfig = Config<typeof SPEC>;

/** Reads the environment. Throws a ConfigError, or an Error for a value that cannot be used. */
export function walletConfig(env: Env): WalletConfig {
  const config = loadConfig(env, SPEC);
  if (!/^\d{6}$/.test(config.codePrefix)) throw new Error('CODE_PREFIX must be six digits');
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(config.issuerId)) {
    throw new Error('ISSUER_ID must be 1 to 64 of A-Z a-z 0-9 . _ -');
  }
  if (config.codeHashKey.reveal().length < 16) {
    throw new Error('CODE_HASH_KEY must have at least 16 characters');
  }
  const transitSecret = config.transitKeySecret.reveal();
  if (transitSecret !== '' && transitSecret.length < 32) {
    throw new Error('TRANSIT_KEY_SECRET must have at least 32 characters');
  }
  return config;
}
