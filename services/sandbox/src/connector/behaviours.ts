/** What a partner's answer to a payment comes to. */
export type Outcome = 'confirmed' | { refused: string };

/** How a sandbox partner behaves towards one payment. */
export interface Behaviour {
  name: string;
  /** An order reference that begins with this asks for it, whatever the amount. */
  prefix: string;
  /** So does a payee amount whose minor units end in these four digits. */
  ending: string;
  /** What becomes of the payment. */
  outcome: Outcome;
  /** How long that takes, from the first call on; at once unless given. */
  afterMs?: number;
  /**
   * What the first call is answered, if not the outcome when it is known: nothing until its caller
   * gives up, that the payment is being worked on, an error, or something that makes no sense.
   */
  firstAnswer?: 'nothing' | 'pending' | 'error' | 'nonsense';
  /** For how long every other call about the payment fails too. */
  awayMs?: number;
  /** The payment is lost on the way: when asked, the partner knows nothing of it. */
  forgets?: boolean;
  /** How often the partner reports the outcome by itself; never unless given. */
  reports?: number;
  /** After a reversal it charges all the same, this much later. */
  chargesAfterReversalMs?: number;
  /** How often a reversal fails before it is done. */
  failedReversals?: number;
}

/** The refusal codes of the sandbox's partners. What each means is part of the routes' data. */
export const REFUSAL_CODES = {
  declined: 'DO_NOT_HONOUR',
  merchantClosed: 'MERCHANT_CLOSED',
  busy: 'TRY_AGAIN',
  unclear: 'PROCESSING_ERROR',
} as const;

const NEVER_MS = Number.POSITIVE_INFINITY;

/** What a partner does unasked. */
const APPROVE: Behaviour = {
  ...{ name: 'approve', prefix: 'TRY-APPROVE', ending: '7700' },
  outcome: 'confirmed',
};

/** Everything a sandbox partner can be asked to do. */
export const BEHAVIOURS: readonly Behaviour[] = [
  APPROVE,
  {
    ...{ name: 'decline', prefix: 'TRY-DECLINE', ending: '7701' },
    outcome: { refused: REFUSAL_CODES.declined },
  },
  {
    ...{ name: 'decline, the shop is closed', prefix: 'TRY-CLOSED', ending: '7702' },
    outcome: { refused: REFUSAL_CODES.merchantClosed },
  },
  {
    ...{ name: 'decline, another route may do', prefix: 'TRY-BUSY', ending: '7703' },
    outcome: { refused: REFUSAL_CODES.busy },
  },
  {
    ...{ name: 'decline, but perhaps charged', prefix: 'TRY-UNCLEAR', ending: '7704' },
    outcome: { refused: REFUSAL_CODES.unclear },
  },
  {
    ...{ name: 'slow', prefix: 'TRY-SLOW', ending: '7705' },
    outcome: 'confirmed',
    afterMs: 1_500,
  },
  {
    ...{ name: 'time out, then succeed', prefix: 'TRY-TIMEOUT-OK', ending: '7706' },
    ...{ outcome: 'confirmed', afterMs: 1_000, firstAnswer: 'nothing' },
  },
  {
    ...{ name: 'time out, then decline', prefix: 'TRY-TIMEOUT-NO', ending: '7707' },
    outcome: { refused: REFUSAL_CODES.declined },
    ...{ afterMs: 1_000, firstAnswer: 'nothing' },
  },
  {
    ...{ name: 'time out for ever', prefix: 'TRY-STUCK', ending: '7708' },
    ...{ outcome: 'confirmed', afterMs: NEVER_MS, firstAnswer: 'nothing' },
  },
  {
    ...{ name: 'die midway, having charged', prefix: 'TRY-DIE-CHARGED', ending: '7709' },
    ...{ outcome: 'confirmed', firstAnswer: 'error', awayMs: 2_000 },
  },
  {
    ...{ name: 'die midway, knowing nothing', prefix: 'TRY-DIE-UNSEEN', ending: '7710' },
    ...{ outcome: 'confirmed', firstAnswer: 'error', awayMs: 2_000, forgets: true },
  },
  {
    ...{ name: 'duplicate callback', prefix: 'TRY-CALLBACK', ending: '7711' },
    ...{ outcome: 'confirmed', afterMs: 300, firstAnswer: 'pending', reports: 2 },
  },
  {
    ...{ name: 'late success after reversal', prefix: 'TRY-LATE', ending: '7712' },
    ...{ outcome: 'confirmed', afterMs: NEVER_MS, firstAnswer: 'nothing' },
    ...{ chargesAfterReversalMs: 500, reports: 1 },
  },
  {
    ...{ name: 'reversal only at the third try', prefix: 'TRY-REVERSE-3', ending: '7713' },
    ...{ outcome: 'confirmed', afterMs: NEVER_MS, firstAnswer: 'nothing', failedReversals: 2 },
  },
  {
    ...{ name: 'garbage', prefix: 'TRY-GARBAGE', ending: '7714' },
    ...{ outcome: 'confirmed', firstAnswer: 'nonsense' },
  },
];

const ENDING_DIGITS = 4;

/**
 * What a payment asks of one partner: by its order reference, else by the last digits of its
 * amount. A reference such as `TRY-BUSY@straits` asks it of that partner alone.
 */
export function behaviourFor(
  partnerId: string,
  orderReference: string,
  amountMinor: bigint,
): Behaviour {
  const [reference = '', only = partnerId] = orderReference.split('@');
  const ending = String(amountMinor).slice(-ENDING_DIGITS);
  const asked =
    BEHAVIOURS.find(({ prefix }) => reference.toUpperCase().startsWith(prefix)) ??
    BEHAVIOURS.find((behaviour) => behaviour.ending === ending);
  const isMeant = only.toLowerCase() === partnerId;
  return asked !== undefined && isMeant ? asked : APPROVE;
}
