import { probeSettings } from '@causeway/probe';
import {
  type Config,
  type Env,
  integer,
  loadConfig,
  natsSettings,
  Secret,
  type Setting,
  serviceSettings,
  streamSettings,
  text,
} from '@causeway/runtime';
import type { QuoteKeys, TokenKey } from './payments/planning/quote-token.ts';

const SPEC = {
  ...serviceSettings('routing', 8),
  ...natsSettings(),
  ...streamSettings(),
  ...probeSettings(),
  fxAddress: text('FX_ADDRESS', { doc: 'host:port of the fx service' }),
  settlementAddress: text('SETTLEMENT_ADDRESS', {
    doc: 'host:port of the settlement service, which leases cover',
  }),
  paymentTtlSeconds: integer('PAYMENT_TTL_SECONDS', {
    doc: 'after this nothing is started any more for a pending payment',
    default: 60,
    min: 1,
    max: 600,
  }),
  confirmTtlSeconds: integer('CONFIRM_TTL_SECONDS', {
    doc: 'likewise from the moment its payer confirms it; other routes are tried until then',
    default: 180,
    min: 1,
    max: 600,
  }),
  holdTtlSeconds: integer('HOLD_TTL_SECONDS', {
    doc: 'a hold that this service does not take over ends by itself after this',
    default: 60,
    min: 1,
    max: 600,
  }),
  connectorTimeoutMs: integer('CONNECTOR_TIMEOUT_MS', {
    doc: 'how long a partner may take to answer one call',
    default: 4_000,
    min: 10,
    max: 7_000,
  }),
  inquirySeconds: integer('INQUIRY_SECONDS', {
    doc: 'between two inquiries about a payment in doubt',
    default: 3,
    min: 1,
    max: 6,
  }),
  doubtSeconds: integer('DOUBT_SECONDS', {
    doc: 'for how long a partner is asked before the payment is reversed',
    default: 60,
    max: 600,
  }),
  partnerMaxOpenOrders: integer('PARTNER_MAX_OPEN_ORDERS', {
    doc: 'how many orders of one partner may wait for their payer at once',
    default: 20_000,
    min: 1,
    max: 1_000_000,
  }),
  quoteTokenKeys: tokenKeys('QUOTE_TOKEN_KEYS', {
    doc: 'keys of quotes and terms, like k1:<64 hex digits>; the first signs, all are read',
  }),
};

export type RoutingConfig = Config<typeof SPEC>;

/** Everything this service is told by its environment. Throws with all problems at once. */
export function routingConfig(env: Env): RoutingConfig {
  return loadConfig(env, SPEC);
}

/** A key made at start would let no other replica, and no process after this one, read a token. */
function tokenKeys(name: string, { doc }: { doc: string }): Setting<QuoteKeys> {
  return {
    name,
    doc,
    read(raw) {
      if (raw === undefined) throw new Error('must be set');
      const [first = '', ...others] = raw.split(',');
      return [tokenKey(first.trim()), ...others.map((item) => tokenKey(item.trim()))];
    },
  };
}

function tokenKey(item: string): TokenKey {
  const [, id, hex = ''] = /^([a-z0-9-]{1,32}):((?:[0-9a-f]{2}){32,})$/.exec(item) ?? [];
  if (id === undefined) throw new Error('must be like k1:<at least 64 hex digits>');
  return { id, key: new Secret<Uint8Array>(Buffer.from(hex, 'hex')) };
}
