import type { Conversion, DeclineReason, Money } from '@causeway/proto/common';
import type { Journey, Settlement } from '@causeway/proto/routing';
import type { ChargeState, ChargeTerms } from '@causeway/proto/wallet';
import type { PaymentRecord, RefundRecord } from '../record.ts';

/** What can happen to a payment after its first commit. */
export type Input =
  /** A payer confirmed the order. */
  | { kind: 'payer'; consent: Consent }
  /** Nobody confirmed the order in its time. */
  | { kind: 'expired' }
  /** The issuer said what it recorded. */
  | { kind: 'charged'; charge: IssuerRecord }
  /** The time is over and the issuer has taken no money: nothing was seen, or only held. */
  | { kind: 'unseen' }
  /** The issuer has undone or blocked the payment. */
  | { kind: 'fenced' }
  | PartnerInput
  | { kind: 'cancel' }
  | { kind: 'refund'; refund: RefundRequest }
  /** The issuer has credited the payer. */
  | { kind: 'refunded'; refund: RefundRecord };

/** What the partner at the end of the route says, or leaves open. */
export type PartnerInput =
  /** The merchant has been told that it is paid. */
  | { kind: 'confirmed'; partnerReference: string }
  /** It has not charged, and never will: for any route (`final`), or only over this one. */
  | { kind: 'refused'; final: boolean; declineReason: DeclineReason }
  /** It was certainly not asked: its connector cannot be reached, or is full. */
  | { kind: 'untried'; unreachable: boolean }
  /** It may have charged: no answer, an unclear one, or it is still at work. */
  | { kind: 'doubtful' }
  /** It has undone or blocked the payment, or given all of it back. */
  | { kind: 'reversed' };

/** What the issuer recorded, as far as it can be taken at its word. */
export interface IssuerRecord {
  state: ChargeState;
  /** Unspecified unless the issuer declined. */
  declineReason: DeclineReason;
  /** Empty where no wallet was found. */
  walletId: string;
  /** The price it was charged at, where that is another than the plan's. */
  earlier?: EarlierPrice;
}

/** A price that a switch whose record was lost had planned for the payment before. */
export interface EarlierPrice {
  payerAmount: Money;
  payeeAmount: Money;
  /** Undefined where both sides have the same currency. */
  conversion: Conversion | undefined;
}

/** A payer's consent, with the plan that was made for it. */
export interface Consent {
  issuerId: string;
  walletId: string;
  payerAmount: Money;
  terms: ChargeTerms;
  journey: Journey;
  /** What the partner of the first route is settled, where that is not the payee's amount. */
  settlement: Settlement | undefined;
  /** The record of the choice among the routes. */
  routeDecision: Uint8Array | undefined;
  /** Whether the payer's amount is reserved from the wallet operator's cover. */
  issuerCovered: boolean;
  /** After this nothing new is started for the payment. */
  expiresAt: Date;
}

export interface RefundRequest {
  refundId: string;
  refundRequestId: string;
  payeeAmount: Money;
  reason: string;
  /** The outcome of a dispute: it takes what is left, and comes however late. */
  ofDispute?: boolean;
}

/** The moment of a decision, what the calendar says of it, and how long doubt may last. */
export interface Moment {
  now: Date;
  /** When recovery takes over what this decision leaves to do. */
  leaseUntil: Date;
  /** The participants' clearing days now. */
  acquirerClearingDate: string;
  issuerClearingDate: string;
  /** Whether the days stamped on the payment still take cancels. */
  cancelOpen: boolean;
  /** Whether what the acquirer comes to owe is reserved from its cover. */
  acquirerCovered: boolean;
  /** For how long a partner is asked what became of a payment before it is reversed. */
  doubtMs: number;
}

export type FactKind =
  | 'succeeded'
  | 'declined'
  | 'cancel_requested'
  | 'cancelled'
  | 'refund_accepted'
  | 'refund_succeeded';

export type MachineRefusal =
  | 'ORDER_TAKEN'
  | 'ORDER_CLOSED'
  | 'PAYMENT_DECLINED'
  | 'PAYMENT_REFUNDED'
  | 'PAYMENT_NOT_SUCCEEDED'
  | 'CANCEL_TOO_LATE'
  | 'CURRENCY_MISMATCH'
  | 'REFUND_EXCEEDS_PAYMENT'
  | 'REFUND_TOO_LATE'
  /** Said by whoever commits: the machine knows no cover. */
  | 'COVER_EXHAUSTED';

export type Decision =
  /** Commit `payment` under the version before it, with the fact and the refund if there is one. */
  | {
      outcome: 'changed';
      payment: PaymentRecord;
      fact: FactKind;
      wasCaptured: boolean;
      refund?: RefundRecord;
    }
  /** Only what is still owed changed: nobody outside needs to know. */
  | { outcome: 'stepped'; payment: PaymentRecord }
  /** The input says nothing new. */
  | { outcome: 'unchanged' }
  | { outcome: 'refused'; reason: MachineRefusal };
