import type { Database } from '@causeway/db';
import type { ParticipantRef } from '../participants.ts';

/** A line of a window as a participant's file is held against it. */
export interface OurItem {
  kind: 'capture' | 'refund';
  /** The refund; of a capture the payment itself. */
  subjectId: string;
  paymentId: string;
  merchantId: string | undefined;
  /** What the participant is settled for it, and in what. */
  currencyCode: string;
  amountMinor: bigint;
  /** Below zero where a refund gives some of it back. */
  feeMinor: bigint;
  /** Absent in one currency. */
  rate: string | undefined;
  /** Absent where the acquirer is settled in the payee's currency. */
  settlementRate: string | undefined;
  /** The day on which it succeeded, in UTC. */
  occurredOn: string;
}

/** Money that a window moves on one of the switch's accounts at a bank. */
export interface OurMovement {
  /** What it bears on its way, as EndToEndId. */
  reference: string;
  /** Above zero where it comes to us. */
  signedMinor: bigint;
  currencyCode: string;
  valueDate: string;
  /** Whose and of what day, in words. */
  told: string;
}

/** What a run takes from the rest of the service. */
export interface Ours {
  /** Hands the lines of a participant's day to `use`, one by one, all as of one moment. */
  withItems(
    db: Database,
    window: { participant: ParticipantRef; clearingDate: string },
    use: (items: AsyncIterable<OurItem>) => Promise<void>,
  ): Promise<void>;
  /** The movements in one currency that are due between two days, both within. */
  movements(
    db: Database,
    due: { currencyCode: string; fromDate: string; toDate: string },
  ): AsyncIterable<OurMovement>;
  /** The movements of one window, once they are known. */
  movementsOf(
    db: Database,
    window: { participant: ParticipantRef; clearingDate: string },
  ): Promise<OurMovement[]>;
}
