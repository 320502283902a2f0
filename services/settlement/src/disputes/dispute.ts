/** Where a dispute stands; the proto says what each means. */
export const DISPUTE_STATES = [
  'REQUESTED',
  'ANSWERED',
  'UNANSWERED',
  'ESCALATED',
  'CONTESTED',
  'GRANTED',
  'CLOSED',
] as const;

/** One of the states. */
export type DisputeState = (typeof DISPUTE_STATES)[number];

/** Who won, and how. */
export type DisputeOutcome =
  | 'ACCEPTED'
  | 'UNCONTESTED'
  | 'UPHELD'
  | 'REJECTED'
  | 'UNDECIDED'
  | 'LAPSED'
  | 'WITHDRAWN';

/** How long each step may take, in hours; at 0 it is over when it begins. */
export interface DisputeTerms {
  /** For the acquirer, to answer and to contest. */
  answerHours: number;
  /** For the wallet operator, to escalate. */
  escalationHours: number;
  /** For an operator, to decide. */
  decisionHours: number;
}

/** What the refund of an outcome gave back. */
export interface GivenBack {
  refundId: string;
  /** Taken from the acquirer, above zero, in the dispute's currency. */
  payeeMinor: bigint;
  /** Given to the payer, at the payment's rate. */
  payer: { currencyCode: string; amountMinor: bigint };
}

/** A dispute as it stands. A change makes a new value. */
export interface Dispute {
  /** The command that opened it. */
  disputeId: string;
  paymentId: string;
  issuerId: string;
  partnerId: string;
  /** From 1 up, by one with each step. */
  version: number;
  state: DisputeState;
  outcome: DisputeOutcome | undefined;
  /** What the payer objects to, by its name in the proto. */
  reason: string;
  /** The payment's own currency. */
  currencyCode: string;
  /** Above zero. */
  claimedMinor: bigint;
  /** Above zero and at most what was claimed. */
  grantedMinor: bigint | undefined;
  /** Undefined until it is closed, and where refunds had left nothing. */
  givenBack: GivenBack | undefined;
  terms: DisputeTerms;
  /** When the state ends by itself; undefined for GRANTED and CLOSED. */
  deadlineAt: Date | undefined;
  openedAt: Date;
  updatedAt: Date;
}

/** What somebody said, and where the evidence is. */
export interface Statement {
  text: string;
  evidenceReference: string;
}

/** One step of a dispute's history. */
export interface DisputeStep {
  version: number;
  action: string;
  actorId: string;
  state: DisputeState;
  statement: Statement;
  steppedAt: Date;
}
