import type { Money } from '@causeway/proto/common';
import type { Fee } from '../fees/fee.ts';
import type { Side } from '../participants.ts';

/** A line of a window as the bookings have it: a capture that was not cancelled, or a refund. */
export interface BookedItem {
  kind: 'capture' | 'refund';
  paymentId: string;
  /** The refund; of a capture the payment itself. */
  subjectId: string;
  /** The acquirer's own id: of the refund, else of the payment. */
  requestId: string;
  merchantId: string | undefined;
  issuerId: string;
  partnerId: string;
  payer: Money;
  payee: Money;
  /** The parts of the payer's amount where it was converted; all zero in one currency. */
  midMinor: bigint;
  markupMinor: bigint;
  residualMinor: bigint;
  /** The conversion's; undefined in one currency. */
  quoteId: string | undefined;
  rate: string | undefined;
  midRate: string | undefined;
  /** What the acquirer is settled, where that is in another currency than the payee's. */
  settlement: Money | undefined;
  settlementRate: string | undefined;
  occurredAt: Date;
  acquirerClearingDate: string;
  issuerClearingDate: string;
}

/** What a refund needs to know of its payment, in the currency that its participant is settled in. */
export interface RefundedPayment {
  /** The participant's day of the capture. */
  capturedOn: string;
  capturedMinor: bigint;
  /** Refunded before this refund, in the order of days and then of refund ids. */
  refundedBeforeMinor: bigint;
}

/** A booked line together with what its fee depends on. */
export interface PricedItem extends BookedItem {
  /** Absent on captures. */
  refundOf: RefundedPayment | undefined;
}

/** A line of a window with its fee, which on a refund is what is given back, below zero. */
export interface Item extends BookedItem {
  fee: Fee;
}

/** What a line is worth to a participant, in the currency that it is settled in. */
export function amountFor(side: Side, { payer, payee, settlement }: BookedItem): Money {
  return side === 'issuer' ? payer : (settlement ?? payee);
}
