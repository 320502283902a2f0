import type { Database } from '@causeway/db';
import type { PostAdjustmentRequest } from '@causeway/proto/settlement';
import { RequestFields } from '@causeway/rpc';
import { failpoint, Refusal, uuidFrom } from '@causeway/runtime';
import type { CommandHandler, Commands } from '../commands/commands.ts';
import { amountIn } from '../money-fields.ts';
import { type ParticipantRef, participantOf, type Side } from '../participants.ts';
import { type PostedAdjustment, postAdjustment } from './adjustment.ts';
import { adjustmentById, isParticipant } from './store.ts';

/** What the operations on adjustments work with. */
export interface AdjustmentDesk {
  db: Database;
  commands: Commands;
}

/** What is posted, as the journal keeps it. */
type PostBody = {
  participantKind: Side;
  participantId: string;
  currencyCode: string;
  /** Minor units as a decimal string. */
  amountMinor: string;
  reason: string;
  reference: string;
};

/** Posts an adjustment. */
export const postAdjustmentCommand: CommandHandler<PostBody> = {
  kind: 'adjustment.post',
  apply(tx, command) {
    const { participantKind, participantId, currencyCode, amountMinor, reason, reference } =
      command.body;
    return postAdjustment(tx, command, {
      participant: { kind: participantKind, id: participantId },
      ...{ currencyCode, reason, reference, amountMinor: BigInt(amountMinor) },
    });
  },
};

/** The longest reason, in characters. */
export const MAX_REASON = 256;
const MAX_REFERENCE = 64;

/** The command that an operator's request is, whichever of its requests it comes from. */
export function adjustmentIdOf(operatorId: string, requestId: string): string {
  return uuidFrom('settlement.adjustment', operatorId, requestId);
}

/** Posts an adjustment once. Throws FIELD_INVALID, PARTICIPANT_UNKNOWN, IDEMPOTENCY_KEY_REUSED. */
export async function postOne(
  { db, commands }: AdjustmentDesk,
  operatorId: string,
  request: PostAdjustmentRequest,
): Promise<{ adjustment: PostedAdjustment; replay: boolean }> {
  const { participant, amount } = checked(request);
  const commandId = adjustmentIdOf(operatorId, request.requestId);
  if (!(await isParticipant(db, participant))) {
    throw new Refusal('PARTICIPANT_UNKNOWN', `there is no window of ${participant.id}`);
  }
  const { reason, reference } = request;
  const done = await commands.execute(postAdjustmentCommand, {
    ...{ commandId, operatorId },
    body: {
      ...{ participantKind: participant.kind, participantId: participant.id, reason, reference },
      ...{ currencyCode: amount.currencyCode, amountMinor: String(amount.amountMinor) },
    },
  });
  await failpoint('settlement.adjustment.committed');
  return { adjustment: await postedBy(db, commandId), replay: done === 'replay' };
}

/** The adjustment that a command posted. */
export async function postedBy(db: Database, commandId: string): Promise<PostedAdjustment> {
  const adjustment = await adjustmentById(db, commandId);
  if (adjustment) return adjustment;
  throw new Error(`command ${commandId} posted no adjustment`);
}

function checked(request: PostAdjustmentRequest): {
  participant: ParticipantRef;
  amount: { currencyCode: string; amountMinor: bigint };
} {
  const fields = new RequestFields();
  fields.identifier('request_id', request.requestId);
  const participant = participantOf(request.participant);
  if (!participant) fields.wrong('participant', 'must name a kind and an id');
  const amount = amountIn(fields, 'amount', request.amount, (minor) => minor !== 0n);
  fields.text('reason', request.reason, { max: MAX_REASON });
  fields.text('reference', request.reference, { min: 0, max: MAX_REFERENCE });
  fields.refuse();
  if (!participant) throw new Error('a request without a participant passed');
  return { participant, amount };
}
