import type { Queryable } from '@causeway/db';
import type { ParticipantRef } from '../participants.ts';
import { type Agreement, builtInAgreement } from './agreement.ts';
import { agreementOf, messageOf } from './message.ts';
import { agreementsInForce, agreementVersionRow } from './store.ts';

/** The agreement in force on a clearing day; the built-in one where there is none. */
export async function agreementFor(
  db: Queryable,
  participant: ParticipantRef,
  clearingDate: string,
): Promise<Agreement> {
  const [row] = await agreementsInForce(db, [{ participant, clearingDate }]);
  return row ? agreementOf(messageOf(row)) : builtInAgreement(participant);
}

/**
 * One version, as a final window names the one that it went by; version 0 is the built-in one. Throws
 * an Error for a version that is not stored.
 */
export async function agreementVersion(
  db: Queryable,
  participant: ParticipantRef,
  version: number,
): Promise<Agreement> {
  if (version === 0) return builtInAgreement(participant);
  const row = await agreementVersionRow(db, participant, version);
  if (row) return agreementOf(messageOf(row));
  throw new Error(`${participant.kind} ${participant.id} has no agreement version ${version}`);
}
