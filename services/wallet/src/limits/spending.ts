import { type Policy, singleLimitOf, tierOf } from './policy.ts';

/** What a wallet has spent in the day and the year that a payment falls in, in minor units. */
export interface Usage {
  dayMinor: bigint;
  yearMinor: bigint;
}

/** What the limits leave, in minor units; never negative. */
export interface Allowance {
  singleMinor: bigint;
  dayLeftMinor: bigint;
  yearLeftMinor: bigint;
  balanceMinor: bigint;
}

/** Which limit a payment breaks. */
export type LimitBreach = 'LIMIT_SINGLE' | 'LIMIT_DAY' | 'LIMIT_YEAR';

/** The first limit that the payment breaks: its own size, then the day's, then the year's. */
export function breachOf(
  policy: Policy,
  payment: { tier: string; merchantCountry: string; amountMinor: bigint },
  usage: Usage,
): LimitBreach | undefined {
  const tier = tierOf(policy, payment.tier);
  const singleMinor = singleLimitOf(policy, payment.tier, payment.merchantCountry);
  if (payment.amountMinor > singleMinor) return 'LIMIT_SINGLE';
  if (usage.dayMinor + payment.amountMinor > tier.dayMinor) return 'LIMIT_DAY';
  if (usage.yearMinor + payment.amountMinor > tier.yearMinor) return 'LIMIT_YEAR';
  return undefined;
}

/** What a wallet of this tier may still spend. */
export function allowanceOf(policy: Policy, tierName: string, usage: Usage): Allowance {
  const tier = tierOf(policy, tierName);
  return {
    singleMinor: tier.singleMinor,
    dayLeftMinor: left(tier.dayMinor, usage.dayMinor),
    yearLeftMinor: left(tier.yearMinor, usage.yearMinor),
    balanceMinor: tier.balanceMinor,
  };
}

/** A wallet moved to a smaller tier may have spent more than that tier allows. */
function left(limitMinor: bigint, usedMinor: bigint): bigint {
  return usedMinor > limitMinor ? 0n : limitMinor - usedMinor;
}
