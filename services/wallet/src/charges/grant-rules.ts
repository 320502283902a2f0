import { denied, type GrantUse } from '../transit/grant.ts';
import type { DebitCommand } from './command.ts';
import type { DeclineReason } from './record.ts';
import type { WorkingSet } from './working-set.ts';

/** The grant that a ride is charged under; undefined where nobody signed it, or none is named. */
export function grantOf(
  set: WorkingSet,
  { lane, payer: { tap } }: DebitCommand,
): GrantUse | undefined {
  return tap === undefined ? undefined : set.grant(lane, tap.grantId);
}

/** Why there is nobody to charge a ride to. */
export function grantMissing(
  { payer }: DebitCommand,
  grant: GrantUse | undefined,
): DeclineReason | undefined {
  return payer.tap !== undefined && grant === undefined ? 'GRANT_UNKNOWN' : undefined;
}

/**
 * Which of its caps the ride passes. The grant's own time, and whether it was denied, is judged by
 * when the code was signed and not by when it is charged: whoever uploads it looks at that.
 */
export function grantBreach(
  { payer: { tap }, amountMinor }: DebitCommand,
  grant: GrantUse,
): DeclineReason | undefined {
  if (tap === undefined || tap.counter > grant.maxCodes) return 'LIMIT_GRANT_CODES';
  if (grant.rideCount >= grant.maxCodes) return 'LIMIT_GRANT_CODES';
  if (amountMinor > grant.rideCapMinor) return 'LIMIT_GRANT_RIDE';
  return grant.usedMinor + amountMinor > grant.totalCapMinor ? 'LIMIT_GRANT_TOTAL' : undefined;
}

/**
 * Why a loss is not the operator's to bear. Whatever a transit operator says of its gates, all that it is
 * paid for losses under one grant is no more than what the grant allows its user.
 */
export function lossBreach(
  { payer: { tap }, amountMinor }: DebitCommand,
  grant: GrantUse,
): DeclineReason | undefined {
  if (tap === undefined || tap.counter > grant.maxCodes) return 'LIMIT_GRANT_CODES';
  if (amountMinor > grant.rideCapMinor) return 'LIMIT_GRANT_RIDE';
  return grant.borneMinor + amountMinor > grant.totalCapMinor ? 'LIMIT_GRANT_TOTAL' : undefined;
}

/**
 * Counts a ride: what was paid uses the grant, and what its wallet could not pay is lost and ends
 * the grant. A loss that the operator bears is counted by itself, paid for by somebody else or not.
 */
export function countRide(
  set: WorkingSet,
  { lane, amountMinor, payer: { tap } }: DebitCommand,
  { grantId }: GrantUse,
  reason: DeclineReason | undefined,
): void {
  const grant = set.grant(lane, grantId);
  if (grant === undefined) return;
  const { nowMs } = set.moment;
  const { usedMinor, rideCount, lostMinor, borneMinor } = grant;
  if (tap?.lossId !== undefined) {
    if (reason !== undefined) return;
    set.setGrant({ ...grant, borneMinor: borneMinor + amountMinor, lostAtMs: nowMs });
  } else if (reason === undefined) {
    set.setGrant({ ...grant, usedMinor: usedMinor + amountMinor, rideCount: rideCount + 1 });
  } else if (reason === 'INSUFFICIENT_FUNDS') {
    const lost = { ...grant, lostMinor: lostMinor + amountMinor, lostAtMs: nowMs };
    set.setGrant(denied(lost, 'UNPAID', nowMs));
  }
}
