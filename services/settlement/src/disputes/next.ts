import type { Dispute, DisputeOutcome, DisputeState, GivenBack } from './dispute.ts';

/** What can happen to a dispute that was opened. */
export type DisputeInput =
  /** The acquirer says what it knows, or contests the demand. */
  | { action: 'answer' }
  /** The acquirer gives in. */
  | { action: 'accept' }
  /** The wallet operator demands the refund. */
  | { action: 'escalate' }
  /** The wallet operator gives up. */
  | { action: 'withdraw' }
  /** An operator decides; zero for the acquirer. */
  | { action: 'decide'; grantedMinor: bigint }
  /** The deadline has passed. */
  | { action: 'expire' }
  /** What was granted was refunded, or there was nothing left to refund. */
  | { action: 'refund'; givenBack: GivenBack | undefined };

/** Why an input is refused. */
export type DisputeRefusal =
  | 'DISPUTE_CLOSED'
  | 'DISPUTE_ANSWERED'
  | 'DISPUTE_ESCALATED'
  | 'DISPUTE_NOT_ESCALATED'
  | 'DISPUTE_NOT_GRANTED'
  | 'DISPUTE_EXCEEDS_CLAIM'
  | 'ANSWER_PENDING'
  | 'DEADLINE_PASSED'
  | 'DEADLINE_AHEAD';

/** The dispute after the input, or why it stays as it is. */
export type DisputeDecision = { dispute: Dispute } | { refused: DisputeRefusal };

const HOUR_MS = 3_600_000;

/**
 * What an input makes of a dispute at a moment. Pure: the same dispute, input and moment decide the
 * same. A deadline ends what waits for it at its own moment, whether or not anybody has recorded
 * that it passed.
 */
export function next(dispute: Dispute, input: DisputeInput, now: Date): DisputeDecision {
  if (dispute.state === 'CLOSED') return { refused: 'DISPUTE_CLOSED' };
  if (dispute.state === 'GRANTED') return afterGrant(dispute, input, now);
  switch (input.action) {
    case 'answer':
      return answer(dispute, now);
    case 'accept':
      return granted(dispute, 'ACCEPTED', dispute.claimedMinor, now);
    case 'escalate':
      return escalate(dispute, now);
    case 'withdraw':
      return closed(dispute, 'WITHDRAWN', now);
    case 'decide':
      return decide(dispute, input.grantedMinor, now);
    case 'expire':
      return isOver(dispute, now) ? expired(dispute, now) : { refused: 'DEADLINE_AHEAD' };
    case 'refund':
      return { refused: 'DISPUTE_NOT_GRANTED' };
  }
}

/** What was granted is granted: all that is left is to give it back. */
function afterGrant(dispute: Dispute, input: DisputeInput, now: Date): DisputeDecision {
  if (input.action !== 'refund') return { refused: 'DISPUTE_CLOSED' };
  const { givenBack } = input;
  return changed(dispute, { state: 'CLOSED', givenBack }, now);
}

function answer(dispute: Dispute, now: Date): DisputeDecision {
  const isDemand = dispute.state === 'ESCALATED';
  if (!isDemand && dispute.state !== 'REQUESTED') return { refused: 'DISPUTE_ANSWERED' };
  if (isOver(dispute, now)) return { refused: 'DEADLINE_PASSED' };
  return moved(dispute, isDemand ? 'CONTESTED' : 'ANSWERED', now);
}

function escalate(dispute: Dispute, now: Date): DisputeDecision {
  switch (dispute.state) {
    case 'REQUESTED':
      // Whoever has not answered in time need not be recorded as silent first.
      return isOver(dispute, now)
        ? moved(dispute, 'ESCALATED', now)
        : { refused: 'ANSWER_PENDING' };
    case 'ANSWERED':
    case 'UNANSWERED':
      return isOver(dispute, now)
        ? { refused: 'DEADLINE_PASSED' }
        : moved(dispute, 'ESCALATED', now);
    default:
      return { refused: 'DISPUTE_ESCALATED' };
  }
}

function decide(dispute: Dispute, grantedMinor: bigint, now: Date): DisputeDecision {
  if (dispute.state !== 'ESCALATED' && dispute.state !== 'CONTESTED') {
    return { refused: 'DISPUTE_NOT_ESCALATED' };
  }
  if (isOver(dispute, now)) return { refused: 'DEADLINE_PASSED' };
  if (grantedMinor > dispute.claimedMinor) return { refused: 'DISPUTE_EXCEEDS_CLAIM' };
  if (grantedMinor === 0n) return closed(dispute, 'REJECTED', now);
  return granted(dispute, 'UPHELD', grantedMinor, now);
}

/** What follows where nobody did anything. Money moves only where a demand was not contested. */
function expired(dispute: Dispute, now: Date): DisputeDecision {
  switch (dispute.state) {
    case 'REQUESTED':
      return moved(dispute, 'UNANSWERED', now);
    case 'ESCALATED':
      return granted(dispute, 'UNCONTESTED', dispute.claimedMinor, now);
    case 'CONTESTED':
      return closed(dispute, 'UNDECIDED', now);
    default:
      return closed(dispute, 'LAPSED', now);
  }
}

function isOver({ deadlineAt }: Dispute, now: Date): boolean {
  return deadlineAt !== undefined && now.getTime() >= deadlineAt.getTime();
}

/** The states that wait for somebody, and whose time is counted. */
type Waiting = Exclude<DisputeState, 'GRANTED' | 'CLOSED'>;

/** When a state that begins now ends by itself. */
export function deadlineOf(state: Waiting, terms: Dispute['terms'], now: Date): Date {
  const { answerHours, escalationHours, decisionHours } = terms;
  const hours: Record<Waiting, number> = {
    REQUESTED: answerHours,
    ANSWERED: escalationHours,
    UNANSWERED: escalationHours,
    ESCALATED: answerHours,
    CONTESTED: decisionHours,
  };
  return new Date(now.getTime() + hours[state] * HOUR_MS);
}

function moved(dispute: Dispute, state: Waiting, now: Date): DisputeDecision {
  const deadlineAt = deadlineOf(state, dispute.terms, now);
  return changed(dispute, { state, deadlineAt }, now);
}

function granted(
  dispute: Dispute,
  outcome: DisputeOutcome,
  grantedMinor: bigint,
  now: Date,
): DisputeDecision {
  return changed(dispute, { state: 'GRANTED', outcome, grantedMinor, deadlineAt: undefined }, now);
}

function closed(dispute: Dispute, outcome: DisputeOutcome, now: Date): DisputeDecision {
  return changed(dispute, { state: 'CLOSED', outcome, deadlineAt: undefined }, now);
}

function changed(dispute: Dispute, change: Partial<Dispute>, now: Date): DisputeDecision {
  return { dispute: { ...dispute, ...change, version: dispute.version + 1, updatedAt: now } };
}
