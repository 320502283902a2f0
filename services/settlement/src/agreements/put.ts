import type { Database } from '@causeway/db';
import {
  type PutAgreementRequest,
  type PutAgreementResponse,
  SettlementAgreement,
} from '@causeway/proto/settlement';
import { RequestFields } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import type { CommandHandler, Commands } from '../commands/commands.ts';
import { checkAgreement } from './check.ts';
import { agreementOf, bodyOf, messageOf } from './message.ts';
import { agreementOfCommand, firstOpenDay, insertAgreement } from './store.ts';

/**
 * Stores an agreement as the participant's next version. It never reaches back into a window that is
 * closed: what that one came to stays computable.
 */
export const PUT_AGREEMENT: CommandHandler = {
  kind: 'agreement.put',
  async apply(tx, { commandId, body }) {
    const { participant, effectiveFrom } = agreementOf(SettlementAgreement.fromJSON(body));
    const earliest = await firstOpenDay(tx, participant);
    if (earliest !== undefined && effectiveFrom < earliest) {
      throw new Refusal(
        'EFFECTIVE_DATE_PASSED',
        `the window before ${earliest} is closed: an agreement can begin then at the earliest`,
        { metadata: { earliest } },
      );
    }
    await insertAgreement(tx, commandId, participant, effectiveFrom);
  },
};

/** Stores an agreement, once, after every field was checked. */
export async function putAgreement(
  { db, commands }: { db: Database; commands: Commands },
  operatorId: string,
  { commandId, agreement }: PutAgreementRequest,
): Promise<PutAgreementResponse> {
  const fields = new RequestFields();
  fields.uuid('command_id', commandId);
  await checkAgreement(fields, agreement);
  fields.refuse();
  if (agreement === undefined) throw new Error('a missing agreement was let through');
  const body = bodyOf(agreement);
  const outcome = await commands.execute(PUT_AGREEMENT, { commandId, operatorId, body });
  const row = await agreementOfCommand(db, commandId);
  if (row === undefined) throw new Error(`command ${commandId} stored no agreement`);
  return { agreement: messageOf(row), replay: outcome === 'replay' };
}
