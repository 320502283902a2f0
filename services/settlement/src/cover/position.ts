import type { ParticipantRef } from '../participants.ts';

/** Whose cover, in which currency. */
export interface CoverKey {
  participant: ParticipantRef;
  currencyCode: string;
}

/** Where cover stands; amounts in minor units. Available, leased and used sum to all of it. */
export interface CoverPosition extends CoverKey {
  /** Undefined where the participant is not limited. */
  capMinor: bigint | undefined;
  prefundedMinor: bigint;
  /** What is owed by the books and not settled; below zero where the participant is owed. */
  usedMinor: bigint;
  /** What routing holds and the books do not have yet. */
  leasedMinor: bigint;
  /** What of it payments have reserved, by routing's last report. */
  reservedMinor: bigint;
  availableMinor: bigint;
  slice: SliceTotals;
  /** When routing reported last. */
  reportedAt: Date | undefined;
  /** Until when nothing more is leased ahead, since somebody withdraws. */
  recallUntil: Date | undefined;
}

/** Totals of a slice since it began, in minor units; they never fall. */
export interface SliceTotals {
  leasedMinor: bigint;
  returnedMinor: bigint;
  reservedMinor: bigint;
  givenBackMinor: bigint;
}

/** One text for one participant and currency. */
export function keyText({ participant: { kind, id }, currencyCode }: CoverKey): string {
  return [kind, currencyCode, id].join(' ');
}
