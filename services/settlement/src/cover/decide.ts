/** What a lease is decided by; amounts in minor units. */
export interface LeaseQuestion {
  /** The cap and what is prefunded. */
  coverMinor: bigint;
  /** What is owed by the books; below zero where the participant is owed. */
  usedMinor: bigint;
  /** What routing holds and the books do not have yet. */
  leasedMinor: bigint;
  /** What of that is free in routing's slice. */
  freeMinor: bigint;
  /** What waits for cover. */
  amountsMinor: readonly bigint[];
  /** Whether slices are called back, so that nothing is leased ahead. */
  isRecalled: boolean;
}

/** What is leased. */
export interface Lease {
  /** How much more, zero or above. */
  amountMinor: bigint;
  /** Whether an amount that waits is more than all that is left. */
  exhausted: boolean;
  /** How much routing should hold unused. */
  targetMinor: bigint;
}

/** A slice is one part in so many of what could be leased ahead. */
const SLICE_PARTS = 8n;
/** Near the end of the cover a slice still holds so many payments of the size that waits. */
const SLICE_PAYMENTS = 16n;

/**
 * How much is leased. What waits is covered as far as there is cover, the smaller amounts first,
 * since more of them fit. What is leased ahead of any need never relies on what the participant is
 * owed, which may be paid out tomorrow. Pure.
 */
export function leaseFor(question: LeaseQuestion): Lease {
  const { coverMinor, usedMinor, leasedMinor, freeMinor, amountsMinor, isRecalled } = question;
  const availableMinor = max(coverMinor - usedMinor - leasedMinor, 0n);
  const firmMinor = max(coverMinor - max(usedMinor, 0n) - leasedMinor, 0n);
  const isClosed = isRecalled || coverMinor - usedMinor - leasedMinor < 0n;
  const fitting = fittingOf(amountsMinor, freeMinor + availableMinor);
  const waitingMinor = sum(fitting);
  const neededMinor = max(waitingMinor - freeMinor, 0n);
  const exhausted = fitting.length < amountsMinor.length;
  if (isClosed) return { amountMinor: neededMinor, exhausted, targetMinor: 0n };
  const aheadMinor = max(firmMinor - neededMinor, 0n);
  const shareMinor = (firmMinor + freeMinor) / SLICE_PARTS;
  const targetMinor = max(shareMinor, SLICE_PAYMENTS * (fitting.at(-1) ?? 0n));
  const leftMinor = freeMinor + neededMinor - waitingMinor;
  const isLow = amountsMinor.length > 0 || 2n * leftMinor < targetMinor;
  const extraMinor = isLow ? min(max(targetMinor - leftMinor, 0n), aheadMinor) : 0n;
  return { amountMinor: neededMinor + extraMinor, exhausted, targetMinor };
}

/** As many as the sum covers, in ascending order. */
function fittingOf(amounts: readonly bigint[], coveredMinor: bigint): bigint[] {
  const ascending = amounts.toSorted((a, b) => (a < b ? -1 : 1));
  let leftMinor = coveredMinor;
  return ascending.filter((amount) => {
    leftMinor -= amount;
    return leftMinor >= 0n;
  });
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
