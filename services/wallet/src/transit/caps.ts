import type { GrantRisk, GrantTerms } from '../limits/policy.ts';
import type { Exposure } from './store.ts';

/** What share of the policy's caps a new grant gets, and why. */
export interface CapShare {
  /** 0 to 100. */
  percent: number;
  reason: string;
}

/**
 * Tightens caps by themselves, a pure function: up to half of the budget of losses, and of the limit of
 * exposure, grants get all that the policy says; beyond it the share falls evenly to the floor at
 * the whole of it. Past the limit of exposure nothing is granted.
 */
export function capShare(
  risk: GrantRisk,
  { lostMinor, grantedMinor }: Pick<Exposure, 'lostMinor' | 'grantedMinor'>,
): CapShare {
  if (grantedMinor >= risk.exposureLimitMinor) {
    return { percent: 0, reason: 'what is granted has reached the limit of exposure' };
  }
  const byLoss = shareOf(lostMinor, risk.lossBudgetMinor, risk.floorPercent);
  const byExposure = shareOf(grantedMinor, risk.exposureLimitMinor, risk.floorPercent);
  if (byLoss === 100 && byExposure === 100) {
    return { percent: 100, reason: 'losses and exposure are small' };
  }
  return byLoss <= byExposure
    ? { percent: byLoss, reason: 'losses of the last 30 days come near their budget' }
    : { percent: byExposure, reason: 'what is granted comes near the limit of exposure' };
}

/** The whole up to half of the bound, the floor from the bound on, evenly between. */
function shareOf(usedMinor: bigint, boundMinor: bigint, floorPercent: number): number {
  if (2n * usedMinor <= boundMinor) return 100;
  if (usedMinor >= boundMinor) return floorPercent;
  const span = BigInt(100 - floorPercent);
  // Rounded up, so that a cap is never larger than the rule says.
  const cut = (span * (2n * usedMinor - boundMinor) + boundMinor - 1n) / boundMinor;
  return 100 - Number(cut);
}

/** The terms of a grant that is signed at a share of the policy's caps; undefined where nothing is left. */
export function cappedTerms(terms: GrantTerms, percent: number): GrantTerms | undefined {
  const totalCapMinor = (terms.totalCapMinor * BigInt(percent)) / 100n;
  const maxCodes = Math.floor((terms.maxCodes * percent) / 100);
  if (totalCapMinor === 0n || maxCodes === 0) return undefined;
  const rideCapMinor = terms.rideCapMinor < totalCapMinor ? terms.rideCapMinor : totalCapMinor;
  return { ...terms, totalCapMinor, maxCodes, rideCapMinor };
}
