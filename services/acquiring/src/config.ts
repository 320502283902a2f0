import {
  type Config,
  type Env,
  flag,
  integer,
  loadConfig,
  natsSettings,
  secret,
  serviceSettings,
  text,
  url,
} from '@causeway/runtime';
import { namedKeys } from './keys.ts';

const SPEC = {
  ...serviceSettings('acquiring', 8),
  ...natsSettings(),
  routingAddress: text('ROUTING_ADDRESS', { doc: 'host:port of routing' }),
  routingTimeoutMs: integer('ROUTING_TIMEOUT_MS', {
    default: 10_000,
    min: 500,
    doc: 'milliseconds a call may take where its caller sets no earlier deadline',
  }),
  partnerMaxInFlight: integer('PARTNER_MAX_IN_FLIGHT', {
    default: 1_024,
    min: 1,
    doc: 'calls that one partner may have under way on this replica',
  }),
  issuerMaxInFlight: integer('ISSUER_MAX_IN_FLIGHT', {
    default: 1_024,
    min: 1,
    doc: 'calls that one wallet operator may have under way on this replica',
  }),
  issuerMaxReports: integer('ISSUER_MAX_REPORTS', {
    default: 128,
    min: 1,
    doc: 'reports of agreements that one wallet operator may have under way on this replica',
  }),
  partnerMaxOwnCalls: integer('PARTNER_MAX_OWN_CALLS', {
    default: 32,
    min: 1,
    doc: 'calls on merchants and lists that one partner may have under way on this replica',
  }),
  payLinkBase: url('PAY_LINK_BASE', {
    default: 'https://pay.causeway.example',
    doc: 'the URL before /o/… of orders and /a/… of agreements',
  }),
  payLinkKeys: namedKeys('PAY_LINK_KEYS', {
    doc: 'keys of the tags in links and codes, like k1:<64 hex digits>; the first tags, all are read',
  }),
  streamMaxInFlight: integer('STREAM_MAX_IN_FLIGHT', {
    default: 256,
    min: 1,
    doc: 'payments of one CreatePayments stream under way at once',
  }),
  partnerMaxWatches: integer('PARTNER_MAX_WATCHES', {
    default: 16,
    min: 1,
    doc: 'WatchPayments streams that one partner may hold open on this replica',
  }),
  webhookSecretKeys: namedKeys('WEBHOOK_SECRET_KEYS', {
    doc: 'keys that seal the secrets of webhooks, like k1:<64 hex digits>; the first seals, all unseal',
  }),
  webhookAllowPrivateTargets: flag('WEBHOOK_ALLOW_PRIVATE_TARGETS', {
    default: false,
    doc: 'whether webhooks may lead into private networks, and by plain http',
  }),
  trustKeySecret: secret('TRUST_KEY_SECRET', {
    doc: 'what the key follows from that signs trust bundles for gates; without it there are none',
    default: '',
  }),
  webhookMaxInFlight: integer('WEBHOOK_MAX_IN_FLIGHT', {
    default: 256,
    min: 1,
    doc: 'messages to webhooks under way from this replica',
  }),
  webhookTargetMaxInFlight: integer('WEBHOOK_TARGET_MAX_IN_FLIGHT', {
    default: 16,
    min: 1,
    doc: 'messages to one webhook under way from this replica',
  }),
};

/** What this service can be told by its environment. */
export type AcquiringConfig = Config<typeof SPEC>;

/** Reads the environment. Throws a ConfigError that lists everything that is wrong. */
export function acquiringConfig(env: Env): AcquiringConfig {
  return loadConfig(env, SPEC);
}
