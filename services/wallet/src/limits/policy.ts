import { isCurrency, MAX_AMOUNT_MINOR } from '@causeway/money';

/** What a tier of wallets may do, in minor units of the policy's currency. */
export interface Tier {
  name: string;
  /** The most for one payment, where no corridor sets another figure. */
  singleMinor: bigint;
  /** The most for the payments of one day. */
  dayMinor: bigint;
  /** The most for the payments of one calendar year. */
  yearMinor: bigint;
  /** The most that the wallet may hold after a top-up. */
  balanceMinor: bigint;
  /** The most that the wallet may owe for charges under agreements; 0 where nothing is advanced. */
  advanceMinor: bigint;
}

/** The rules of one wallet operator, as configured. */
export interface Policy {
  /** ISO 3166-1 alpha-2: the first half of a corridor's name. */
  issuerCountry: string;
  /** The currency of every wallet. */
  currencyCode: string;
  /** The IANA time zone whose days and years the limits count by. */
  timeZone: string;
  /** How long a payment code lives at most. */
  codeTtlSeconds: number;
  tiers: ReadonlyMap<string, Tier>;
  /** The most for one payment by corridor ("HK-CN"); it replaces the tier's figure there. */
  corridorSingleMinor: ReadonlyMap<string, bigint>;
  /** After so many unpaid charges in a row an agreement is suspended. */
  agreementSuspendAfterUnpaid: number;
}

/** The policy file: JSON, amounts as decimal strings of minor units. */
export interface PolicyDocument {
  issuer_country: string;
  currency_code: string;
  time_zone: string;
  code_ttl_seconds: number;
  tiers: {
    name: string;
    single_minor: string;
    day_minor: string;
    year_minor: string;
    balance_minor: string;
    advance_minor: string;
  }[];
  corridors: { corridor: string; single_minor: string }[];
  agreement_suspend_after_unpaid: number;
}

/**
 * A wallet whose tier is configured no more may pay nothing: a figure that nobody set must not
 * become a figure that somebody can spend.
 */
const NOTHING_ALLOWED = {
  ...{ singleMinor: 0n, dayMinor: 0n, yearMinor: 0n, balanceMinor: 0n, advanceMinor: 0n },
};

/** The figures of a tier; all zero where it is not configured. */
export function tierOf(policy: Policy, name: string): Tier {
  return policy.tiers.get(name) ?? { name, ...NOTHING_ALLOWED };
}

/** The most for one payment to a merchant's country: the corridor's figure, else the tier's. */
export function singleLimitOf(policy: Policy, tier: string, merchantCountry: string): bigint {
  const corridor = `${policy.issuerCountry}-${merchantCountry}`;
  return policy.corridorSingleMinor.get(corridor) ?? tierOf(policy, tier).singleMinor;
}

/** Reads a policy document. Throws an Error that names the first figure that cannot be used. */
export function parsePolicy(document: unknown): Policy {
  const root = recordOf(document, 'the policy');
  const currencyCode = textOf(root, 'currency_code', /^[A-Z]{3}$/);
  if (!isCurrency(currencyCode))
    throw new Error(`the policy's currency ${currencyCode} is unknown`);
  const tiers = listOf(root, 'tiers').map(parseTier);
  if (tiers.length === 0) throw new Error('the policy needs at least one tier');
  return {
    issuerCountry: textOf(root, 'issuer_country', /^[A-Z]{2}$/),
    currencyCode,
    timeZone: timeZoneOf(root),
    codeTtlSeconds: wholeOf(root, 'code_ttl_seconds', 600),
    tiers: uniqueBy(tiers, (tier) => tier.name),
    corridorSingleMinor: new Map(
      listOf(root, 'corridors').map((item) => {
        const corridor = recordOf(item, 'a corridor');
        const name = textOf(corridor, 'corridor', /^[A-Z]{2}-[A-Z]{2}$/);
        return [name, amountOf(corridor, 'single_minor')];
      }),
    ),
    agreementSuspendAfterUnpaid: wholeOf(root, 'agreement_suspend_after_unpaid', 100),
  };
}

function parseTier(item: unknown): Tier {
  const tier = recordOf(item, 'a tier');
  return {
    name: textOf(tier, 'name', /^[a-z][a-z0-9_]{0,31}$/),
    singleMinor: amountOf(tier, 'single_minor'),
    dayMinor: amountOf(tier, 'day_minor'),
    yearMinor: amountOf(tier, 'year_minor'),
    balanceMinor: amountOf(tier, 'balance_minor'),
    advanceMinor: amountOf(tier, 'advance_minor'),
  };
}

type Fields = Record<string, unknown>;

function recordOf(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Error(`${what} must be a JSON object`);
}

function listOf(fields: Fields, name: string): unknown[] {
  const value = fields[name];
  if (Array.isArray(value)) return value;
  throw new Error(`the policy's ${name} must be a list`);
}

function textOf(fields: Fields, name: string, pattern: RegExp): string {
  const value = fields[name];
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new Error(`the policy's ${name} must match ${pattern}, not ${JSON.stringify(value)}`);
}

function amountOf(fields: Fields, name: string): bigint {
  const amountMinor = BigInt(textOf(fields, name, /^\d{1,16}$/));
  if (amountMinor <= MAX_AMOUNT_MINOR) return amountMinor;
  throw new Error(`the policy's ${name} is above what an amount may be`);
}

function wholeOf(fields: Fields, name: string, max: number): number {
  const value = fields[name];
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= max) {
    return value as number;
  }
  throw new Error(`the policy's ${name} must be a whole number from 1 to ${max}`);
}

function timeZoneOf(fields: Fields): string {
  const name = textOf(fields, 'time_zone', /^[A-Za-z_]+(\/[A-Za-z_]+){0,2}$/);
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    throw new Error(`the policy's time zone ${name} is unknown`);
  }
}

function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T> {
  const byKey = new Map(items.map((item) => [keyOf(item), item]));
  if (byKey.size !== items.length) throw new Error('the policy names a tier twice');
  return byKey;
}
