import type { ReverseAdjustmentRequest } from '@causeway/proto/settlement';
import { RequestFields } from '@causeway/rpc';
import { failpoint, Refusal } from '@causeway/runtime';
import type { CommandHandler } from '../commands/commands.ts';
import { type PostedAdjustment, postAdjustment } from './adjustment.ts';
import { type AdjustmentDesk, adjustmentIdOf, MAX_REASON, postedBy } from './post.ts';
import { adjustmentById, isReversed } from './store.ts';

/** Takes an adjustment back by its opposite. A reversal is not reversed: post what is meant. */
export const reverseAdjustmentCommand: CommandHandler<{ adjustmentId: string; reason: string }> = {
  kind: 'adjustment.reverse',
  async apply(tx, command) {
    const { adjustmentId, reason } = command.body;
    const wrong = await adjustmentById(tx, adjustmentId);
    if (!wrong) throw new Refusal('ADJUSTMENT_UNKNOWN', 'there is no such adjustment');
    if (wrong.reverses !== undefined || (await isReversed(tx, adjustmentId))) {
      throw new Refusal('ADJUSTMENT_REVERSED', 'it is reversed already, or a reversal itself');
    }
    const { participant, currencyCode, amountMinor, reference } = wrong;
    await postAdjustment(tx, command, {
      ...{ participant, currencyCode, reference, reason },
      amountMinor: -amountMinor,
      reverses: adjustmentId,
    });
  },
};

/**
 * Reverses an adjustment once. Throws FIELD_INVALID, ADJUSTMENT_UNKNOWN, ADJUSTMENT_REVERSED,
 * IDEMPOTENCY_KEY_REUSED.
 */
export async function reverseOne(
  { db, commands }: AdjustmentDesk,
  operatorId: string,
  { requestId, adjustmentId, reason }: ReverseAdjustmentRequest,
): Promise<{ adjustment: PostedAdjustment; replay: boolean }> {
  const fields = new RequestFields();
  fields.identifier('request_id', requestId);
  fields.uuid('adjustment_id', adjustmentId);
  fields.text('reason', reason, { max: MAX_REASON });
  fields.refuse();
  const commandId = adjustmentIdOf(operatorId, requestId);
  const body = { adjustmentId, reason };
  const done = await commands.execute(reverseAdjustmentCommand, { commandId, operatorId, body });
  await failpoint('settlement.adjustment.reversed');
  return { adjustment: await postedBy(db, commandId), replay: done === 'replay' };
}
