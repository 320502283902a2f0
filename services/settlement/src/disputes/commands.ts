import type { Tx } from '@causeway/db';
import { Refusal } from '@causeway/runtime';
import type { Command, CommandHandler } from '../commands/commands.ts';
import type { Dispute, DisputeTerms, GivenBack, Statement } from './dispute.ts';
import { type DisputeInput, type DisputeRefusal, deadlineOf, next } from './next.ts';
import { disputeById, insertDispute, insertStep, updateDispute } from './store.ts';

/** A payment can be disputed for this long. */
const DISPUTE_WINDOW_MS = 360 * 86_400_000;

/** A dispute as it is opened: what the books say of the payment comes with it. */
export type OpenBody = {
  paymentId: string;
  issuerId: string;
  partnerId: string;
  currencyCode: string;
  /** Minor units as a decimal string. */
  claimedMinor: string;
  reason: string;
  /** ISO 8601. */
  paidAt: string;
  text: string;
  evidenceReference: string;
  answerHours: number;
  escalationHours: number;
  decisionHours: number;
};

/**
 * Opens a dispute. It looks at no booking: books that are made again load all bookings first, those
 * that came later too.
 */
export const openCommand: CommandHandler<OpenBody> = {
  kind: 'dispute.open',
  async apply(tx, { commandId, seq, operatorId, body, recordedAt }) {
    if (recordedAt.getTime() - new Date(body.paidAt).getTime() > DISPUTE_WINDOW_MS) {
      throw new Refusal('DISPUTE_TOO_LATE', 'a payment can be disputed for 360 days');
    }
    const { answerHours, escalationHours, decisionHours } = body;
    const terms: DisputeTerms = { answerHours, escalationHours, decisionHours };
    const { paymentId, issuerId, partnerId, currencyCode, reason } = body;
    const dispute: Dispute = {
      ...{ disputeId: commandId, paymentId, issuerId, partnerId, currencyCode, reason, terms },
      ...{ version: 1, state: 'REQUESTED', claimedMinor: BigInt(body.claimedMinor) },
      ...{ outcome: undefined, grantedMinor: undefined, givenBack: undefined },
      deadlineAt: deadlineOf('REQUESTED', terms, recordedAt),
      ...{ openedAt: recordedAt, updatedAt: recordedAt },
    };
    if (!(await insertDispute(tx, dispute, seq))) {
      throw new Refusal('DISPUTE_OPEN', 'another dispute of this payment is open');
    }
    await addStep(tx, dispute, { action: 'open', actorId: operatorId, statement: body });
  },
};

/** What is done to a dispute, and what is said with it. */
export type StepBody = { disputeId: string; text: string; evidenceReference: string };

/** A step without more than a statement. */
function stepCommand(
  kind: string,
  action: 'answer' | 'accept' | 'escalate' | 'withdraw' | 'expire',
): CommandHandler<StepBody> {
  return {
    kind,
    apply: (tx, command) => step(tx, command, { action }),
  };
}

/** The acquirer answers, or contests. */
export const answerCommand = stepCommand('dispute.answer', 'answer');
/** The acquirer gives in. */
export const acceptCommand = stepCommand('dispute.accept', 'accept');
/** The wallet operator demands the refund. */
export const escalateCommand = stepCommand('dispute.escalate', 'escalate');
/** The wallet operator gives up. */
export const withdrawCommand = stepCommand('dispute.withdraw', 'withdraw');
/** A deadline has passed. */
export const expireCommand = stepCommand('dispute.expire', 'expire');

/** An operator decides. */
export const decideCommand: CommandHandler<StepBody & { grantedMinor: string }> = {
  kind: 'dispute.decide',
  apply: (tx, command) =>
    step(tx, command, { action: 'decide', grantedMinor: BigInt(command.body.grantedMinor) }),
};

/** What routing answered: null where nothing was left to give back. */
export type RefundBody = StepBody & {
  givenBack: {
    refundId: string;
    payeeMinor: string;
    payerCurrency: string;
    payerMinor: string;
  } | null;
};

/** What was granted was given back. */
export const refundCommand: CommandHandler<RefundBody> = {
  kind: 'dispute.refund',
  apply: (tx, command) =>
    step(tx, command, { action: 'refund', givenBack: givenBackIn(command.body) }),
};

function givenBackIn({ givenBack }: RefundBody): GivenBack | undefined {
  if (givenBack === null) return undefined;
  const { refundId, payeeMinor, payerCurrency, payerMinor } = givenBack;
  const payer = { currencyCode: payerCurrency, amountMinor: BigInt(payerMinor) };
  return { refundId, payeeMinor: BigInt(payeeMinor), payer };
}

async function step(
  tx: Tx,
  { operatorId, body, recordedAt }: Pick<Command<StepBody>, 'operatorId' | 'body' | 'recordedAt'>,
  input: DisputeInput,
): Promise<void> {
  const dispute = await disputeById(tx, body.disputeId);
  if (!dispute) throw disputeUnknown();
  const decision = next(dispute, input, recordedAt);
  if ('refused' in decision) throw new Refusal(decision.refused, REFUSALS[decision.refused]);
  await updateDispute(tx, decision.dispute);
  const { action } = input;
  await addStep(tx, decision.dispute, { action, actorId: operatorId, statement: body });
}

function addStep(
  tx: Tx,
  { disputeId, version, state, updatedAt }: Dispute,
  { action, actorId, statement }: { action: string; actorId: string; statement: Statement },
): Promise<void> {
  return insertStep(tx, disputeId, {
    ...{ version, state, action, actorId, statement, steppedAt: updatedAt },
  });
}

/** That there is no such dispute, or none that the caller may see. */
export function disputeUnknown(): Refusal {
  return new Refusal('DISPUTE_UNKNOWN', 'there is no such dispute');
}

const REFUSALS: Record<DisputeRefusal, string> = {
  DISPUTE_CLOSED: 'the dispute has its outcome',
  DISPUTE_ANSWERED: 'there is nothing to answer: it was answered, or the time for it is over',
  DISPUTE_ESCALATED: 'the refund was demanded before',
  DISPUTE_NOT_ESCALATED: 'only a dispute that was escalated is decided',
  DISPUTE_NOT_GRANTED: 'nothing was granted that could be given back',
  DISPUTE_EXCEEDS_CLAIM: 'more cannot be granted than was claimed',
  ANSWER_PENDING: 'the acquirer has time left to answer',
  DEADLINE_PASSED: 'the deadline for this has passed',
  DEADLINE_AHEAD: 'the deadline has not passed',
};
