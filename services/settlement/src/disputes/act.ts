import type { DecideDisputeRequest, DisputeStatement } from '@causeway/proto/settlement';
import { RequestFields } from '@causeway/rpc';
import { failpoint, Refusal } from '@causeway/runtime';
import type { CommandHandler } from '../commands/commands.ts';
import { amountIn } from '../money-fields.ts';
import { decideCommand, disputeUnknown, type StepBody } from './commands.ts';
import { type Actor, commandIdOf, type DisputeDesk } from './desk.ts';
import type { Dispute, Statement } from './dispute.ts';
import { statementIn } from './fields.ts';
import { maySee } from './read.ts';
import { disputeById } from './store.ts';

/** What every step of a participant names. */
interface StepRequest {
  requestId: string;
  disputeId: string;
  /** Left out of steps that need no words. */
  statement?: DisputeStatement | undefined;
}

const NO_WORDS: Statement = { text: '', evidenceReference: '' };

/**
 * Takes a participant's step, once. Throws FIELD_INVALID, DISPUTE_UNKNOWN, IDEMPOTENCY_KEY_REUSED, and
 * what the dispute refuses.
 */
export async function takeStep(
  desk: DisputeDesk,
  actor: Actor,
  handler: CommandHandler<StepBody>,
  request: StepRequest,
): Promise<void> {
  const fields = new RequestFields();
  const statement = 'statement' in request ? statementIn(fields, request.statement) : NO_WORDS;
  await namedDispute(desk, actor, request, fields);
  const commandId = commandIdOf(actor, request.requestId);
  const body = { disputeId: request.disputeId, ...statement };
  await desk.commands.execute(handler, { commandId, operatorId: actor.id, body });
  await failpoint('settlement.dispute.stepped');
  desk.wake();
}

/**
 * Decides a dispute as an operator, once. Throws FIELD_INVALID, DISPUTE_UNKNOWN, CURRENCY_MISMATCH,
 * IDEMPOTENCY_KEY_REUSED, and what the dispute refuses.
 */
export async function decideDispute(
  desk: DisputeDesk,
  operator: Actor,
  request: DecideDisputeRequest,
): Promise<void> {
  const fields = new RequestFields();
  const granted = amountIn(fields, 'granted_amount', request.grantedAmount, (minor) => minor >= 0n);
  const statement = statementIn(fields, request.statement);
  const dispute = await namedDispute(desk, operator, request, fields);
  if (granted.currencyCode !== dispute.currencyCode) {
    throw new Refusal('CURRENCY_MISMATCH', `the dispute is in ${dispute.currencyCode}`);
  }
  const commandId = commandIdOf(operator, request.requestId);
  await desk.commands.execute(decideCommand, {
    ...{ commandId, operatorId: operator.id },
    body: {
      ...{ disputeId: request.disputeId, ...statement },
      grantedMinor: String(granted.amountMinor),
    },
  });
  await failpoint('settlement.dispute.decided');
  desk.wake();
}

/** Refuses everything that was found wrong before, too. */
async function namedDispute(
  { db }: DisputeDesk,
  actor: Actor,
  { requestId, disputeId }: StepRequest,
  fields: RequestFields,
): Promise<Dispute> {
  fields.identifier('request_id', requestId);
  fields.uuid('dispute_id', disputeId);
  fields.refuse();
  const dispute = await disputeById(db, disputeId);
  if (dispute && maySee(actor, dispute)) return dispute;
  throw disputeUnknown();
}
