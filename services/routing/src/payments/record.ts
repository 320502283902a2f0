import type { DeclineReason, Money, PaymentMethod } from '@causeway/proto/common';
import type { Journey, Settlement } from '@causeway/proto/routing';
import type { ChargeTerms } from '@causeway/proto/wallet';

export type State = 'PENDING' | 'SUCCEEDED' | 'DECLINED' | 'CANCELLED';

/** What a payment still owes: to its payer, to the issuer, or to the partner at its route's end. */
export type Step =
  | 'AWAIT_PAYER'
  | 'CHARGE'
  | 'HOLD'
  | 'TAKE_OVER'
  | 'CONFIRM'
  | 'INQUIRE'
  | 'REVERSE'
  | 'CAPTURE'
  | 'VOID_FOR_CANCEL'
  | 'VOID_FOR_EXPIRY'
  | 'VOID_FOR_REFUSAL'
  | 'DONE';

/** A payment as routing decides on it: the row of `payments`. */
export interface PaymentRecord {
  lane: number;
  paymentId: string;
  /** Grows by one with every decision; a commit names the version that it decided on. */
  version: number;
  state: State;
  step: Step;
  /** When recovery may take the step over; undefined where nothing is owed. */
  dueAt: Date | undefined;
  declineReason: DeclineReason;
  method: PaymentMethod;
  partnerId: string;
  paymentRequestId: string;
  /** Undefined on a tombstone, which any content matches. */
  fingerprint: Uint8Array | undefined;
  issuerId: string | undefined;
  routeId: string | undefined;
  /**
   * The code while it may still have to be presented, masked once the payment is final; the
   * agreement or the wallet where there is no code, and empty while an order waits for its payer.
   */
  payerReference: string;
  /** The issuer's own reference: from its first answer on, or from its payer's consent. */
  walletId: string | undefined;
  payeeAmount: Money | undefined;
  payerAmount: Money | undefined;
  /** What was agreed; undefined where the payment ended before a price was found. */
  terms: ChargeTerms | undefined;
  orderDescription: string;
  /** The plan of a payment that its payer confirms, and how far it has come. */
  journey: Journey | undefined;
  /** The record of the choice among routes, opaque here; undefined where none was made. */
  routeDecision: Uint8Array | undefined;
  refundedPayeeMinor: bigint;
  refundedPayerMinor: bigint;
  /** YYYY-MM-DD in the participant's time zone; set on success. */
  acquirerClearingDate: string | undefined;
  issuerClearingDate: string | undefined;
  /** What the acquirer is settled over the present route, where that is not the payee's amount. */
  settlement: Settlement | undefined;
  createdAt: Date;
  updatedAt: Date;
  expiresAt: Date | undefined;
  /** Whether its payer's amount was reserved from the wallet operator's cover. */
  issuerCovered: boolean;
  /** Whether its cancel after a capture was reserved from the acquirer's cover. */
  acquirerCovered: boolean;
}

/** A refund as routing decides on it: the row of `refunds`. */
export interface RefundRecord {
  lane: number;
  paymentId: string;
  refundId: string;
  refundRequestId: string;
  state: 'PENDING' | 'SUCCEEDED';
  dueAt: Date | undefined;
  payeeAmount: Money;
  payerAmount: Money;
  /** The parts of the payer's amount, in minor units; they sum to it. */
  midMinor: bigint;
  markupMinor: bigint;
  residualMinor: bigint;
  reason: string;
  acquirerClearingDate: string | undefined;
  issuerClearingDate: string | undefined;
  /** What of the payment's settlement amount is taken back; undefined where it has none. */
  settlementAmount: Money | undefined;
  createdAt: Date;
  updatedAt: Date;
  /** Whether it was reserved from the acquirer's cover. */
  acquirerCovered: boolean;
}
