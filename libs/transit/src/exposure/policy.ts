import { type ExposureInput, exposureOf } from './exposure.ts';

/** What new grants of a tier get. Amounts are minor units. */
export interface GrantTerms {
  readonly singleMinor: bigint;
  readonly totalMinor: bigint;
  readonly codes: number;
  readonly validitySeconds: number;
}

/** How far caps may go, and when they tighten. */
export interface CapPolicy {
  /** What a grant gets when nothing is wrong, and never more than that. */
  readonly full: GrantTerms;
  /** A grant below this is of no use, so that none is given any more. */
  readonly leastTotalMinor: bigint;
  /** The worst case of one grant that is accepted. */
  readonly mostLossMinor: bigint;
  /** What may be lost of all that is ridden, in hundredths of a percent. */
  readonly toleratedLossBps: number;
  /** Fewer rides than this say nothing about losses. */
  readonly leastRides: number;
}

/** What was seen in the last period, of the tier's grants. */
export interface Observed {
  readonly rides: number;
  readonly riddenMinor: bigint;
  /** Borne by the issuer or not collected. */
  readonly lostMinor: bigint;
  readonly world: Pick<ExposureInput, 'gates' | 'uploadSeconds' | 'denySeconds' | 'repeatSeconds'>;
}

/** Why terms are what they are. */
export type CapReason = 'FULL' | 'LOSSES' | 'RECOVERING' | 'WORST_CASE' | 'STOPPED';

const WHOLE_BPS = 10_000n;

/**
 * The terms for new grants, from those of the last period: halved after a period with more losses
 * than tolerated, a quarter more after one without, never more than `full`, and always so that the
 * worst case stays within its limit. Undefined terms mean that no grant is given. Pure: run it each
 * period with its last answer, and caps follow what happens by themselves. Once stopped, somebody
 * decides to begin again, with terms of their choice: without rides there is nothing to learn from.
 */
export function nextTerms(
  policy: CapPolicy,
  current: GrantTerms,
  observed: Observed,
): { terms: GrantTerms | undefined; reason: CapReason } {
  const { full } = policy;
  const isKnown = observed.rides >= policy.leastRides;
  const toleratedMinor = (observed.riddenMinor * BigInt(policy.toleratedLossBps)) / WHOLE_BPS;
  const hasLosses = isKnown && observed.lostMinor > toleratedMinor;
  const wantedMinor = hasLosses
    ? current.totalMinor / 2n
    : isKnown
      ? current.totalMinor + (current.totalMinor + 3n) / 4n
      : current.totalMinor;
  const allowedMinor = wantedMinor < full.totalMinor ? wantedMinor : full.totalMinor;
  const boundedMinor = withinWorstCase(policy, allowedMinor, observed);
  if (boundedMinor < policy.leastTotalMinor) return { terms: undefined, reason: 'STOPPED' };
  const terms = {
    ...full,
    totalMinor: boundedMinor,
    singleMinor: least(full.singleMinor, boundedMinor),
  };
  if (boundedMinor < allowedMinor) return { terms, reason: 'WORST_CASE' };
  if (hasLosses) return { terms, reason: 'LOSSES' };
  return { terms, reason: boundedMinor < full.totalMinor ? 'RECOVERING' : 'FULL' };
}

/** A cap in all, up to `mostMinor` and as great as halving finds, whose worst case is within the limit. */
function withinWorstCase(
  { full, mostLossMinor }: CapPolicy,
  mostMinor: bigint,
  { world }: Observed,
) {
  const lossOf = (totalMinor: bigint) =>
    exposureOf({ ...full, ...world, totalMinor, singleMinor: least(full.singleMinor, totalMinor) })
      .lossMinor;
  if (lossOf(mostMinor) <= mostLossMinor) return mostMinor;
  let [low, high] = [0n, mostMinor];
  while (low < high) {
    const middle = (low + high + 1n) / 2n;
    if (lossOf(middle) <= mostLossMinor) low = middle;
    else high = middle - 1n;
  }
  return low;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
