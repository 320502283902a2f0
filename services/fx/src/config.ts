import { type CurrencyCode, MoneyError } from '@causeway/money';
import {
  type Config,
  ConfigError,
  type Env,
  integer,
  loadConfig,
  natsSettings,
  optionalText,
  Secret,
  type Setting,
  serviceSettings,
} from '@causeway/runtime';
import { CURRENCY_CLASSES, type CurrencyClass, isOffered } from './currencies.ts';
import { parseCoverLimits } from './exposures/limits.ts';
import { DEFAULT_MARKUP_POLICY } from './markup/default-policy.ts';
import { parseMarkupPolicy } from './markup/policy.ts';
import type { TokenKey } from './quotes/token.ts';
import { DEFAULT_PEGS, parsePegs } from './reference/pegs.ts';
import { SOURCE_KINDS, type SourceKind } from './sources/price.ts';

const SPEC = {
  ...serviceSettings('fx', 8),
  ...natsSettings(),

  routingAddress: optionalText('ROUTING_ADDRESS', {
    doc: 'host:port of routing, which keeps the stops; without it no stop ends the giving of prices',
  }),

  ecbSource: optionalText('ECB_SOURCE', {
    doc: "URL or path of the ECB's daily file; without it a fixed file is in force",
  }),
  ecbPollSeconds: integer('ECB_POLL_SECONDS', {
    doc: 'how often ECB_SOURCE is read',
    default: 900,
    min: 1,
  }),
  referenceFile: optionalText('REFERENCE_FILE', {
    doc: 'a fixed file in the same format; without it the bundled sandbox day',
  }),
  referenceFreshDays: integer('REFERENCE_FRESH_DAYS', {
    doc: 'days for which a day of ECB_SOURCE is disclosed; Easter and Christmas take five',
    default: 6,
    min: 1,
  }),
  referenceStepBps: integer('REFERENCE_STEP_BPS', {
    doc: 'the most that a currency may move against the euro between two files',
    default: 1_500,
    min: 1,
  }),
  pegs: parsed('PEGS', {
    doc: 'pegged currencies, like HKD-MOP:1.03',
    default: DEFAULT_PEGS,
    parse: parsePegs,
  }),

  liquidityProviders: parsed('LIQUIDITY_PROVIDERS', {
    doc: 'who may publish rates, and where those are who can be asked for cover: lp=host:port,…',
    default: 'lp-harbour',
    parse: parseProviders,
  }),
  providerTimeoutMs: integer('PROVIDER_TIMEOUT_MS', {
    doc: 'how long a provider may take to answer a trade before it is asked again',
    default: 5_000,
    min: 100,
    max: 10_000,
  }),
  coverLimits: parsed('COVER_LIMITS', {
    doc: "how far positions may be open, in major units of the payer's currency: HKD:100000,HKD-JPY:50000",
    default: 'HKD:100000',
    parse: parseCoverLimits,
  }),
  coverSlippageBps: integer('COVER_SLIPPAGE_BPS', {
    doc: 'how much worse than its offer a provider may execute a trade',
    default: 20,
    max: 1_000,
  }),
  coverPauseSeconds: integer('COVER_PAUSE_SECONDS', {
    doc: 'for how long a provider that refused a pair is not asked for it again',
    default: 10,
    min: 1,
  }),
  providerFreshSeconds: integer('PROVIDER_FRESH_SECONDS', {
    doc: "for how long a provider's price counts",
    default: 20,
    min: 1,
  }),
  providerAheadMs: integer('PROVIDER_AHEAD_MS', {
    doc: "how far a provider's clock may be ahead",
    default: 2_000,
  }),
  outlierReferenceBps: parsed('OUTLIER_REFERENCE_BPS', {
    doc: 'how far a price may be from the reference, by class of currency',
    default: 'dollar:150,major:500,emerging:800',
    parse: parseClassBps,
  }),
  outlierSourcesBps: parsed('OUTLIER_SOURCES_BPS', {
    doc: 'how far a price may be from the other sources, by class of currency',
    default: 'dollar:50,major:150,emerging:300',
    parse: parseClassBps,
  }),
  offerDistanceBps: parsed('OFFER_DISTANCE_BPS', {
    doc: "how far a provider's middle may be from the other providers' for its offer to win",
    default: 'dollar:20,major:60,emerging:120',
    parse: parseClassBps,
  }),
  marketOrder: parsed('MARKET_ORDER', {
    doc: 'which kinds of source make the market, the preferred first: provider, peg, ecb',
    default: 'provider,peg',
    parse: parseOrder,
  }),
  pivots: parsed('PIVOT_CURRENCIES', {
    doc: 'currencies to cross through, the preferred first',
    default: 'HKD,USD,EUR',
    parse: parseCurrencies,
  }),
  markupPolicy: parsed('MARKUP_POLICY', {
    doc: 'the markup by corridor, pair and size, as JSON',
    default: DEFAULT_MARKUP_POLICY,
    parse: parseMarkupPolicy,
  }),

  boardCurrencies: parsed('BOARD_CURRENCIES', {
    doc: "payers' currencies that boards are published for",
    default: 'HKD',
    parse: parseCurrencies,
  }),
  boardPeriodSeconds: integer('BOARD_PERIOD_SECONDS', {
    doc: 'between two boards',
    default: 5,
    min: 1,
  }),
  boardShowSeconds: integer('BOARD_SHOW_SECONDS', {
    doc: 'how long a code may be shown with a board',
    default: 10,
    min: 1,
  }),
  codeTtlSeconds: integer('CODE_TTL_SECONDS', {
    doc: 'the longest life of a payment code',
    default: 60,
    min: 1,
  }),
  boardGraceSeconds: integer('BOARD_GRACE_SECONDS', {
    doc: 'for how long after that a payment may still be on its way',
    default: 15,
  }),
  quoteTtlSeconds: integer('QUOTE_TTL_SECONDS', {
    doc: 'for how long a quote is guaranteed',
    default: 60,
    min: 1,
  }),
  quoteTokenKeys: tokenKeys('QUOTE_TOKEN_KEYS', {
    doc: 'keys of quote tokens, like k1:<64 hex digits>; the first signs, all verify',
  }),
};

/** The configuration of this service. */
export type FxConfig = Config<typeof SPEC>;

/** Reads the environment. Throws a ConfigError with every problem in it. */
export function readConfig(env: Env): FxConfig {
  const config = loadConfig(env, SPEC);
  if (config.boardShowSeconds > config.boardPeriodSeconds) return config;
  throw new ConfigError(['BOARD_SHOW_SECONDS must be more than BOARD_PERIOD_SECONDS']);
}

interface ParsedOptions<T> {
  doc: string;
  /** Text, so that a default is written and checked like any other value. */
  default: string;
  parse: (text: string) => T;
}

function parsed<T>(name: string, { doc, default: usual, parse }: ParsedOptions<T>): Setting<T> {
  return { name, doc, read: (raw) => withoutMoneyErrors(() => parse(raw ?? usual)) };
}

/** The messages of libs/money end no sentence that starts with the name of a setting. */
function withoutMoneyErrors<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof MoneyError) throw new Error(`cannot be read: ${error.message}`);
    throw error;
  }
}

function itemsOf(raw: string): string[] {
  return raw.split(',').map((item) => item.trim());
}

/** A partner who makes prices. */
export interface LiquidityProvider {
  readonly id: string;
  /** Where it can be asked to trade, `host:port`; absent where it only publishes rates. */
  readonly address: string | undefined;
}

function parseProviders(raw: string): readonly LiquidityProvider[] {
  return itemsOf(raw).map((item) => {
    const [, id, address] = /^([a-z0-9-]{1,32})(?:=([^=\s]+:\d{1,5}))?$/.exec(item) ?? [];
    if (id === undefined) throw new Error(`must be like lp-harbour=host:port, not ${item}`);
    return { id, address };
  });
}

function parseClassBps(raw: string): Readonly<Record<CurrencyClass, number>> {
  const found = new Map(
    itemsOf(raw).map((item) => {
      const [, name = '', bps = ''] = /^([a-z]+):(\d{1,4})$/.exec(item) ?? [];
      return [name, Number.parseInt(bps, 10)] as const;
    }),
  );
  const bpsOf = (name: CurrencyClass) => {
    const bps = found.get(name);
    if (bps === undefined || Number.isNaN(bps)) throw new Error(`must be like ${name}:150`);
    return bps;
  };
  if (found.size !== CURRENCY_CLASSES.length) {
    throw new Error(`must name each of ${CURRENCY_CLASSES.join(', ')} once`);
  }
  return { dollar: bpsOf('dollar'), major: bpsOf('major'), emerging: bpsOf('emerging') };
}

function parseOrder(raw: string): readonly SourceKind[] {
  return itemsOf(raw).map((item) => {
    const kind = SOURCE_KINDS.find((candidate) => candidate === item);
    if (kind === undefined) throw new Error(`must be of ${SOURCE_KINDS.join(', ')}, not ${item}`);
    return kind;
  });
}

function parseCurrencies(raw: string): readonly CurrencyCode[] {
  const codes = itemsOf(raw);
  const unknown = codes.find((code) => !isOffered(code));
  if (unknown !== undefined) throw new Error(`must be offered currencies, not ${unknown}`);
  return codes;
}

function tokenKeys(name: string, { doc }: { doc: string }): Setting<readonly TokenKey[]> {
  return {
    name,
    doc,
    read: (raw) => (raw === undefined ? [] : itemsOf(raw).map(tokenKey)),
  };
}

function tokenKey(item: string): TokenKey {
  const [, id, hex = ''] = /^([a-z0-9-]{1,32}):((?:[0-9a-f]{2}){32,})$/.exec(item) ?? [];
  if (id === undefined) throw new Error('must be like k1:<at least 64 hex digits>');
  return { id, key: new Secret<Uint8Array>(Buffer.from(hex, 'hex')) };
}
