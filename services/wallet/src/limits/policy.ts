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

/** What a tier's transit grants allow, in minor units of the policy's currency. */
export interface GrantTerms {
  /** The most for one ride. */
  rideCapMinor: bigint;
  /** The most for all rides of one grant. */
  totalCapMinor: bigint;
  /** How many codes may be signed under one grant. */
  maxCodes: number;
  /** How long a grant is good. */
  validitySeconds: number;
  /** How many grants of a wallet may be alive at once. */
  maxGrants: number;
  /** The most that is lent for one fare that the balance does not cover. */
  fareAdvanceMinor: bigint;
}

/** When the caps of new grants become smaller by themselves. */
export interface GrantRisk {
  /** What may be lost in 30 days; as losses come near it, caps fall. */
  lossBudgetMinor: bigint;
  /** What all grants that are alive may come to; as they come near it, caps fall. */
  exposureLimitMinor: bigint;
  /** Below this share caps do not fall, in percent. */
  floorPercent: number;
}

/** What is granted for transit, by tier, and how far. */
export interface TransitPolicy {
  tiers: ReadonlyMap<string, GrantTerms>;
  /** The currencies abroad that grants are good for. */
  foreign: readonly ForeignCap[];
  risk: GrantRisk;
}

/** What the caps are in another currency. */
export interface ForeignCap {
  currencyCode: string;
  /** Hundredths of a minor unit of it for one minor unit at home; less than the market gives. */
  hundredthsPerUnit: bigint;
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
  /** Undefined where no transit grants are signed. */
  transit: TransitPolicy | undefined;
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
  /** Absent where no transit grants are signed; a tier that is not listed gets none. */
  transit?: TransitDocument;
}

/** The part of the policy file on transit grants. */
export interface TransitDocument {
  tiers: {
    name: string;
    ride_cap_minor: string;
    total_cap_minor: string;
    max_codes: number;
    validity_seconds: number;
    max_grants: number;
    fare_advance_minor: string;
  }[];
  foreign: { currency_code: string; hundredths_per_unit: string }[];
  loss_budget_minor: string;
  exposure_limit_minor: string;
  floor_percent: number;
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

/** What a tier's transit grants allow; undefined where it gets none. */
export function grantTermsOf(policy: Policy, tier: string): GrantTerms | undefined {
  return policy.transit?.tiers.get(tier);
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
    transit: root.transit === undefined ? undefined : parseTransit(root.transit),
  };
}

function parseTransit(item: unknown): TransitPolicy {
  const transit = recordOf(item, "the policy's transit");
  const tiers = listOf(transit, 'tiers').map(parseGrantTerms);
  return {
    tiers: new Map(
      [...uniqueBy(tiers, (tier) => tier.name)].map(([name, { terms }]) => [name, terms]),
    ),
    foreign: listOf(transit, 'foreign').map(parseForeign),
    risk: {
      lossBudgetMinor: amountOf(transit, 'loss_budget_minor'),
      exposureLimitMinor: amountOf(transit, 'exposure_limit_minor'),
      floorPercent: wholeOf(transit, 'floor_percent', 100),
    },
  };
}

function parseForeign(item: unknown): ForeignCap {
  const foreign = recordOf(item, "a currency of the policy's transit");
  return {
    currencyCode: textOf(foreign, 'currency_code', /^[A-Z]{3}$/),
    hundredthsPerUnit: amountOf(foreign, 'hundredths_per_unit'),
  };
}

function parseGrantTerms(item: unknown): { name: string; terms: GrantTerms } {
  const tier = recordOf(item, "a tier of the policy's transit");
  return {
    name: textOf(tier, 'name', /^[a-z][a-z0-9_]{0,31}$/),
    terms: {
      rideCapMinor: amountOf(tier, 'ride_cap_minor'),
      totalCapMinor: amountOf(tier, 'total_cap_minor'),
      maxCodes: wholeOf(tier, 'max_codes', 10_000),
      validitySeconds: wholeOf(tier, 'validity_seconds', 90 * 86_400),
      maxGrants: wholeOf(tier, 'max_grants', 20),
      fareAdvanceMinor: amountOf(tier, 'fare_advance_minor'),
    },
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
