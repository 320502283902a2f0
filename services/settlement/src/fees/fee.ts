import { bpsOf, currency } from '@causeway/money';
import type { FeeSchedule, FeeTier } from './schedule.ts';

/** The fee of one payment, in minor units; the parts sum to the total. */
export interface Fee {
  totalMinor: bigint;
  /** What remains for the share after the fixed part: minimum and maximum are met here. */
  bpsPartMinor: bigint;
  fixedPartMinor: bigint;
}

/**
 * What one captured amount costs: share and fixed part, held between the schedule's minimum and
 * maximum, never more than the amount. It is rounded once, down to what can be paid in the currency
 * (IDR in hundreds of minor units): whoever pays the fee keeps the remainder.
 * Throws a RangeError for an amount below zero.
 */
export function feeFor(
  { currencyCode, minMinor, maxMinor }: FeeSchedule,
  { bps, fixedMinor }: FeeTier,
  amountMinor: bigint,
): Fee {
  if (amountMinor < 0n) throw new RangeError(`no fee is for ${amountMinor}`);
  const agreed = bpsOf(amountMinor, bps) + fixedMinor;
  const bounded = least(greatest(agreed, minMinor), maxMinor ?? amountMinor, amountMinor);
  const totalMinor = payable(bounded, currencyCode);
  const fixedPartMinor = least(fixedMinor, totalMinor);
  return { totalMinor, fixedPartMinor, bpsPartMinor: totalMinor - fixedPartMinor };
}

/** A payment as its refunds see it, in minor units of the currency that the fee is in. */
export interface FeeCharged {
  feeMinor: bigint;
  capturedMinor: bigint;
}

/**
 * What of a payment's fee has been given back in all, once `refundedSoFarMinor` of the payment has
 * been, this refund included: floor(fee × refunded ÷ captured), and nothing where the fee is not
 * refundable. A refund gives back the difference between two of these sums. Who earns the fee keeps
 * the remainder of the division until the refund that completes the payment, which returns it: the
 * refunds of a payment give back its fee exactly, in whatever parts it was refunded.
 * Throws a RangeError where more was refunded than captured.
 */
export function feeReturnedSoFar(
  { refundable, currencyCode }: FeeSchedule,
  { feeMinor, capturedMinor }: FeeCharged,
  refundedSoFarMinor: bigint,
): bigint {
  if (refundedSoFarMinor < 0n || refundedSoFarMinor > capturedMinor) {
    throw new RangeError(`${refundedSoFarMinor} refunded of ${capturedMinor} captured`);
  }
  if (!refundable || feeMinor === 0n) return 0n;
  return payable((feeMinor * refundedSoFarMinor) / capturedMinor, currencyCode);
}

/** The most that can be paid out of an amount. */
function payable(amountMinor: bigint, currencyCode: string): bigint {
  return amountMinor - (amountMinor % currency(currencyCode).step);
}

function least(...amounts: [bigint, ...bigint[]]): bigint {
  return amounts.reduce((low, amount) => (amount < low ? amount : low));
}

function greatest(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
