/** Where an agreement stands. */
export type AgreementState = 'active' | 'suspended' | 'ended';

/**
 * Why it may not be charged for now: its payer wishes it, charges in a row could not be paid, or
 * the wallet owes what was advanced. Only the last ends by itself.
 */
type SuspendedFor = 'payer' | 'unpaid' | 'arrears';

/** How often an agreement's cap starts anew. */
export type AgreementPeriod = 'day' | 'month';

/** What a payer agreed to be charged later. A change makes a new value. */
export interface AgreementRecord {
  readonly lane: number;
  /** The acquirer's id of the offer. */
  readonly agreementId: string;
  readonly walletId: string;
  readonly merchantId: string;
  /** The encoded `MerchantReference` of the offer. */
  readonly merchant: Uint8Array;
  readonly description: string;
  readonly state: AgreementState;
  /** Present while it is suspended. */
  readonly suspendedFor: SuspendedFor | undefined;
  /** The most for one charge, in minor units of the wallet's currency. */
  readonly chargeCapMinor: bigint;
  /** The most for all charges of one period. */
  readonly periodCapMinor: bigint;
  readonly period: AgreementPeriod;
  /** Whether any charge under it was ever paid. */
  readonly hasPaid: boolean;
  /** Charges in a row that could not be paid. */
  readonly unpaidCount: number;
  /** Grows by one with every change that the acquirer is told of. */
  readonly version: bigint;
  readonly signedAtMs: number;
  /** When it reached the state it is in. */
  readonly updatedAtMs: number;
}

/** What an agreement's charges used of its cap in one period, in minor units. */
export interface AgreementUsageRecord {
  readonly lane: number;
  readonly agreementId: string;
  /** '2026-11-16' or '2026-11'. */
  readonly period: string;
  readonly usedMinor: bigint;
}

/** The period that a day ('YYYY-MM-DD' in the policy's time zone) falls in. */
export function periodAt(period: AgreementPeriod, day: string): string {
  return period === 'day' ? day : day.slice(0, 'YYYY-MM'.length);
}

/** The agreement, suspended; one that has ended, or is suspended for this already, stays. */
export function suspended(
  agreement: AgreementRecord,
  suspendedFor: SuspendedFor,
  nowMs: number,
): AgreementRecord {
  if (agreement.state === 'ended' || agreement.suspendedFor === suspendedFor) return agreement;
  return changed(agreement, { state: 'suspended', suspendedFor }, nowMs);
}

/** The agreement in force again, with no unpaid charge; only one that is suspended changes. */
export function resumed(agreement: AgreementRecord, nowMs: number): AgreementRecord {
  if (agreement.state !== 'suspended') return agreement;
  const after = { state: 'active', suspendedFor: undefined, unpaidCount: 0 } as const;
  return changed(agreement, after, nowMs);
}

/** The agreement, over for ever. */
export function ended(agreement: AgreementRecord, nowMs: number): AgreementRecord {
  if (agreement.state === 'ended') return agreement;
  return changed(agreement, { state: 'ended', suspendedFor: undefined }, nowMs);
}

function changed(
  agreement: AgreementRecord,
  after: Partial<AgreementRecord>,
  updatedAtMs: number,
): AgreementRecord {
  return { ...agreement, ...after, version: agreement.version + 1n, updatedAtMs };
}
