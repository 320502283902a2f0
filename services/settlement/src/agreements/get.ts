import type { Queryable } from '@causeway/db';
import type { GetAgreementRequest, SettlementAgreement } from '@causeway/proto/settlement';
import { RequestFields } from '@causeway/rpc';
import { isDay } from '../calendar/days.ts';
import type { Viewer } from '../viewer.ts';
import { builtInMessage, messageOf } from './message.ts';
import { participantFor } from './participant-for.ts';
import { agreementsInForce } from './store.ts';

/** Later than any first day that an agreement can have. */
const LATEST = '9999-12-31';

/** The agreement in force on a day, or the last one to come where no day is named. */
export async function getAgreement(
  db: Queryable,
  viewer: Viewer,
  { participant: asked, clearingDate }: GetAgreementRequest,
): Promise<SettlementAgreement> {
  const participant = participantFor(viewer, asked);
  const fields = new RequestFields();
  if (participant === undefined) fields.wrong('participant', 'is missing');
  if (clearingDate !== '' && !isDay(clearingDate)) {
    fields.wrong('clearing_date', 'must be a day, as YYYY-MM-DD');
  }
  fields.refuse();
  if (participant === undefined) throw new Error('a missing participant was let through');
  const day = { participant, clearingDate: clearingDate || LATEST };
  const [row] = await agreementsInForce(db, [day]);
  return row ? messageOf(row) : builtInMessage(participant);
}
