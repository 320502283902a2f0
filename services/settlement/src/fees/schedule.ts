import type { FineBps } from '@causeway/money';

/** What one payment costs while the month's volume is at least `fromVolumeMinor`. */
export interface FeeTier {
  /** Captured in the calendar month so far, in minor units; the first tier begins at 0. */
  fromVolumeMinor: bigint;
  /** A share of the captured amount. */
  bps: FineBps;
  /** Added to the share, once a payment. */
  fixedMinor: bigint;
}

/** What a participant agreed to pay, or a wallet operator to earn, per payment in one currency. */
export interface FeeSchedule {
  currencyCode: string;
  /** At least one, by rising volume. */
  tiers: readonly FeeTier[];
  /** No payment costs less, but for one that is smaller itself. */
  minMinor: bigint;
  /** No payment costs more; absent where there is no such bound. */
  maxMinor?: bigint;
  /** Whether a refund gives its share of the fee back. */
  refundable: boolean;
}

/** A tier with its number, from 1 up, as summaries tell it. */
export interface NumberedTier extends FeeTier {
  number: number;
}

/** The schedule of who agreed to none: nothing is charged. */
export function noFees(currencyCode: string): FeeSchedule {
  const free: FeeTier = { fromVolumeMinor: 0n, bps: 0n, fixedMinor: 0n };
  return { currencyCode, tiers: [free], minMinor: 0n, refundable: false };
}

/**
 * The tier that a window's payments are charged by: the last one that the month's volume has
 * reached. The volume is what earlier windows of the same calendar month captured, in minor units,
 * so that it is known before the window's first payment and is the same for all of them.
 */
export function tierFor({ tiers }: FeeSchedule, monthVolumeMinor: bigint): NumberedTier {
  const reached = tiers.findLastIndex(({ fromVolumeMinor }) => fromVolumeMinor <= monthVolumeMinor);
  const tier = tiers[reached];
  if (tier === undefined) throw new RangeError(`no tier begins at or below ${monthVolumeMinor}`);
  return { ...tier, number: reached + 1 };
}
