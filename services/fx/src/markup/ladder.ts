import {
  applyBps,
  type CurrencyCode,
  compareRates,
  formatRate,
  markupBps,
  payeeAmountFor,
  type Rate,
  roundRate,
} from '@causeway/money';
import { RATE_DIGITS } from '../rates.ts';
import type { ReferenceRate } from '../reference/table.ts';
import type { MarkupTier } from './policy.ts';

/** A price as it is promised: the all-in rate with all that is disclosed about it. */
export interface Terms {
  readonly rate: Rate;
  readonly rateText: string;
  /** The middle that the rate was made from; never worse for the payer than the rate. */
  readonly midRate: Rate;
  readonly midText: string;
  readonly reference: ReferenceRate;
  /** By how much the rate is worse for the payer than the reference, rounded up. */
  readonly markupBps: number;
}

/** The terms from one size on. */
interface Rung {
  /** Payer minor units, at the middle rate. */
  readonly fromMinor: bigint;
  readonly terms: Terms;
}

/** All terms of one pair at one moment, the smallest size first. */
export type Ladder = readonly [Rung, ...Rung[]];

/** The tiers of a policy in the payer's currency. Sizes are converted at the reference rate. */
export function tiersInPayerCurrency(
  tiers: readonly MarkupTier[],
  sizeCurrency: CurrencyCode,
  payerCurrency: CurrencyCode,
  sizeToPayer: ReferenceRate | undefined,
): MarkupTier[] {
  if (sizeCurrency === payerCurrency) return [...tiers];
  return tiers.map(({ fromMinor, bps }) => {
    if (fromMinor === 0n) return { fromMinor, bps };
    if (sizeToPayer === undefined) throw new Error('sizes need a reference rate to be converted');
    const payer = { currencyCode: sizeCurrency, amountMinor: fromMinor };
    const { rate } = sizeToPayer;
    const converted = { payer, payeeCurrency: payerCurrency, rate, rounding: 'down' } as const;
    return { fromMinor: payeeAmountFor(converted), bps };
  });
}

/** Computes the terms of each tier around one middle. */
export function ladderOf(
  mid: { rate: Rate; text: string },
  reference: ReferenceRate,
  tiers: readonly MarkupTier[],
): Ladder {
  const rungs = tiers.map(
    ({ fromMinor, bps }): Rung => ({
      fromMinor,
      terms: termsOf(mid, reference, bps),
    }),
  );
  const [first, ...rest] = rungs;
  if (first === undefined || first.fromMinor !== 0n) throw new Error('a ladder starts at 0');
  return [first, ...rest];
}

/**
 * The middle made worse for the payer by `bps`. Cut down at the last digit, so that the remainder
 * is the switch's and the payer can compute the amount again from the text.
 */
function termsOf(mid: { rate: Rate; text: string }, reference: ReferenceRate, bps: number): Terms {
  const rate = roundRate(applyBps(mid.rate, bps, 'down'), RATE_DIGITS, 'down');
  if (compareRates(rate, mid.rate) > 0) throw new Error('a rate is better than its own middle');
  return {
    rate,
    rateText: formatRate(rate),
    midRate: mid.rate,
    midText: mid.text,
    reference,
    markupBps: markupBps(reference.rate, rate),
  };
}

/** The terms for a size in payer minor units: those of the largest rung that it reaches. */
export function rungFor(ladder: Ladder, sizeMinor: bigint): Terms {
  let found = ladder[0].terms;
  for (const { fromMinor, terms } of ladder) {
    if (sizeMinor < fromMinor) break;
    found = terms;
  }
  return found;
}
