import { type CurrencyCode, isCurrency, parseMajor } from '@causeway/money';
import { isOffered } from '../currencies.ts';
import type { Pair } from '../pairs.ts';

/** One step of a markup: from this size on, so many basis points over the middle. */
export interface MarkupTier {
  /** Minor units of the policy's size currency. */
  readonly fromMinor: bigint;
  readonly bps: number;
}

/** What a payer is charged over the market's middle, by size, pair and corridor. */
export interface MarkupPolicy {
  /** The currency that sizes are given in. */
  readonly sizeCurrency: CurrencyCode;
  /** For every pair that names no tiers of its own. */
  readonly usual: readonly MarkupTier[];
  /** By pair, 'HKD-JPY'. */
  readonly pairs: ReadonlyMap<string, readonly MarkupTier[]>;
  /** By payer currency and merchant country, 'HKD-JP'; preferred to the pair's. */
  readonly corridors: ReadonlyMap<string, readonly MarkupTier[]>;
}

/** The tiers that rule a payment, and the key under which what follows from them may be kept. */
export function tiersFor(
  policy: MarkupPolicy,
  { from, to }: Pair,
  payeeCountryCode: string,
): { key: string; tiers: readonly MarkupTier[] } {
  const corridor = `${from}-${payeeCountryCode}`;
  const ofCorridor = policy.corridors.get(corridor);
  if (ofCorridor !== undefined) return { key: corridor, tiers: ofCorridor };
  // One key for every country without tiers of its own: callers choose the code, and must not
  // be able to fill the memory with it.
  return { key: '', tiers: policy.pairs.get(`${from}-${to}`) ?? policy.usual };
}

/**
 * Reads a policy from JSON in the form of `default-policy.ts`. Throws an Error whose message ends
 * the sentence "NAME …" and says which tiers are wrong.
 */
export function parseMarkupPolicy(text: string): MarkupPolicy {
  const policy = recordOf(jsonOf(text), 'the policy');
  const unknown = Object.keys(policy).find(
    (key) => !['size_currency_code', 'default', 'pairs', 'corridors'].includes(key),
  );
  if (unknown !== undefined) throw new Error(`has an unknown field ${unknown}`);
  const sizeCurrency = policy.size_currency_code;
  if (typeof sizeCurrency !== 'string' || !isOffered(sizeCurrency)) {
    throw new Error('has no size_currency_code that is offered');
  }
  return {
    sizeCurrency,
    usual: tiersOf(policy.default, 'default', sizeCurrency),
    pairs: tiersByKey(policy.pairs ?? {}, /^([A-Z]{3})-([A-Z]{3})$/, sizeCurrency),
    corridors: tiersByKey(policy.corridors ?? {}, /^([A-Z]{3})-([A-Z]{2})$/, sizeCurrency),
  };
}

function tiersByKey(
  value: unknown,
  pattern: RegExp,
  sizeCurrency: CurrencyCode,
): Map<string, readonly MarkupTier[]> {
  const entries = Object.entries(recordOf(value, 'pairs and corridors'));
  for (const [key] of entries) {
    const [, payer = '', other = ''] = pattern.exec(key) ?? [];
    if (!isOffered(payer) || (other.length !== 2 && !isCurrency(other))) {
      throw new Error(`has the key ${key}, which names no pair or corridor`);
    }
  }
  return new Map(entries.map(([key, tiers]) => [key, tiersOf(tiers, key, sizeCurrency)]));
}

/** Tiers start at 0, rise in size, and never rise in price: a board promises no worse for more. */
function tiersOf(value: unknown, where: string, sizeCurrency: CurrencyCode): MarkupTier[] {
  if (!Array.isArray(value) || value.length === 0) throw new Error(`has no tiers in ${where}`);
  const tiers = value.map((item) => tierOf(item, where, sizeCurrency));
  if (tiers[0]?.fromMinor !== 0n) throw new Error(`must start at from 0 in ${where}`);
  tiers.reduce((before, tier) => {
    if (tier.fromMinor <= before.fromMinor) throw new Error(`must rise in size in ${where}`);
    if (tier.bps > before.bps) throw new Error(`must not charge more for more in ${where}`);
    return tier;
  });
  return tiers;
}

function tierOf(value: unknown, where: string, sizeCurrency: CurrencyCode): MarkupTier {
  const { from, bps } = recordOf(value, where);
  if (typeof from !== 'string' || typeof bps !== 'number') {
    throw new Error(`wants {"from": "1000", "bps": 60} in ${where}`);
  }
  if (!Number.isInteger(bps) || bps < 0 || bps > MAX_MARKUP_BPS) {
    throw new Error(`wants whole bps from 0 to ${MAX_MARKUP_BPS} in ${where}`);
  }
  return { fromMinor: parseMajor(from, sizeCurrency), bps };
}

/** A tenth of the amount: more than that is a slip of the hand. */
const MAX_MARKUP_BPS = 1_000;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('is not JSON');
  }
}

function recordOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`wants an object for ${what}`);
  }
  return value as Record<string, unknown>;
}
