import { type Participant, ParticipantKind } from '@causeway/proto/common';
import { isId, refuseIfAny, rule } from '../directory/checks.ts';
import type { Directory } from '../directory/directory.ts';
import { refuse } from '../errors.ts';
import { isDay } from './calendar.ts';
import { type ParticipantKey, type Party, partiesOf } from './participants.ts';

/** What is wrong with a participant's name. */
export function participantProblems(participant: Participant | undefined) {
  const { participantKind = 0, participantId = '' } = participant ?? {};
  const isKind =
    participantKind === ParticipantKind.ACQUIRER || participantKind === ParticipantKind.ISSUER;
  return [
    ...rule(isKind, 'participant.participant_kind', 'takes ACQUIRER or ISSUER'),
    ...rule(isId(participantId), 'participant.participant_id', 'takes an id'),
  ];
}

/** The participant that is named. Refuses FIELD_INVALID. */
export function checkedParticipant(participant: Participant | undefined): ParticipantKey {
  refuseIfAny(participantProblems(participant));
  const { participantKind: kind = 0, participantId: id = '' } = participant ?? {};
  return { kind, id };
}

/** The day that is named. Refuses FIELD_INVALID. */
export function checkedDay(date: string): string {
  refuseIfAny(rule(isDay(date), 'clearing_date', 'takes YYYY-MM-DD'));
  return date;
}

/** The participant of the directory that is named. Refuses FIELD_INVALID, PARTICIPANT_UNKNOWN. */
export function knownParty(directory: Directory, participant: Participant | undefined): Party {
  const { kind, id } = checkedParticipant(participant);
  const party = partiesOf(directory.view).find((each) => each.kind === kind && each.id === id);
  if (party) return party;
  throw refuse('PARTICIPANT_UNKNOWN', `the directory knows no such participant: ${id}`);
}
