import type { ParticipantRef } from '../participants.ts';

/** Names one participant's clearing day. */
export interface WindowKey {
  participant: ParticipantRef;
  /** YYYY-MM-DD. */
  clearingDate: string;
}

/** Where a window stands; it only goes on. `windows` in the proto says what each means. */
export type WindowState = 'OPEN' | 'CLOSED' | 'PENDING' | 'SETTLED' | 'ABORTED';

/** A window without what it comes to. */
export interface Window extends WindowKey {
  state: WindowState;
  closedEarly: boolean;
  openedAt: Date;
  closedAt: Date | undefined;
  finalAt: Date | undefined;
  endedAt: Date | undefined;
  /** By which it was made final. */
  agreementVersion: number | undefined;
  /** The place of the last command whose charges it took. */
  chargesThrough: bigint | undefined;
  endReference: string | undefined;
}

/**
 * What a final window comes to in one currency, in minor units: for an acquirer the currency that it
 * is settled in, for a wallet operator that of its wallets. The net is what an acquirer is owed, or
 * a wallet operator owes.
 */
export interface WindowSum {
  currencyCode: string;
  itemCount: bigint;
  capturedMinor: bigint;
  refundedMinor: bigint;
  /** What an acquirer pays, or a wallet operator earns; below zero where refunds gave more back. */
  feesMinor: bigint;
  adjustmentsMinor: bigint;
  disputesMinor: bigint;
  carriedMinor: bigint;
  /** Held back from this window, not below zero. */
  reserveMinor: bigint;
  /** Let go of earlier windows' reserves, not below zero. */
  releasedMinor: bigint;
  netMinor: bigint;
  /** What of the net moves: all, or nothing where it is below the minimum payout and is carried. */
  dueMinor: bigint;
  /** What earlier windows of the month captured, which decides the tier. */
  monthVolumeMinor: bigint;
  /** From 1 up. */
  feeTier: number;
  /** When the money moves, YYYY-MM-DD. */
  valueDate: string;
  /** When the reserve is let go; undefined where none is held. */
  releaseDate: string | undefined;
}

/** The net of a sum's parts. */
export function netOf(sum: Omit<WindowSum, 'netMinor' | 'dueMinor'>): bigint {
  return (
    sum.capturedMinor -
    sum.refundedMinor -
    sum.feesMinor +
    sum.adjustmentsMinor +
    sum.disputesMinor +
    sum.carriedMinor -
    sum.reserveMinor +
    sum.releasedMinor
  );
}

/**
 * The movements of money of a sum, signed as `netMinor` is: one net sum, or gross the captures one
 * way and all that is taken off them the other way.
 */
export function movementsOf(
  { capturedMinor, dueMinor }: Pick<WindowSum, 'capturedMinor' | 'dueMinor'>,
  method: 'net' | 'gross',
): bigint[] {
  if (dueMinor === 0n) return [];
  const movements = method === 'net' ? [dueMinor] : [capturedMinor, dueMinor - capturedMinor];
  return movements.filter((minor) => minor !== 0n);
}
