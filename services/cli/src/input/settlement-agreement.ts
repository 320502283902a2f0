import { type Participant, ParticipantKind } from '@causeway/proto/common';
import { SettlementAgreement } from '@causeway/proto/settlement';
import { isRecord, type JsonObject, parseMessage, readMessage, type Written } from './message.ts';
import { UsageError } from './usage.ts';

const AGREEMENT: Written<SettlementAgreement> = {
  ...{ name: 'agreement', aName: 'an agreement', codec: SettlementAgreement },
  withProtoNames: withEnumNames,
};

/** Reads an agreement from a file, or from stdin where it is "-". Throws a UsageError. */
export function readAgreement(file: string): Promise<SettlementAgreement> {
  return readMessage(AGREEMENT, file);
}

/** Reads an agreement as `settlement-agreement show --json` prints it, or as its bare JSON. */
export function parseAgreement(text: string): SettlementAgreement {
  return parseMessage(AGREEMENT, text);
}

/** A participant by "acquirer" or "issuer" and its id. Throws a UsageError. */
export function participantNamed(kind: string, participantId: string): Participant {
  if (kind === 'acquirer') return { participantKind: ParticipantKind.ACQUIRER, participantId };
  if (kind === 'issuer') return { participantKind: ParticipantKind.ISSUER, participantId };
  throw new UsageError(`a participant is an acquirer or an issuer, not "${kind}"`);
}

function withEnumNames(json: JsonObject): JsonObject {
  const { participant, method } = json;
  return {
    ...json,
    ...(typeof method === 'string' && { method: prefixed('SETTLEMENT_METHOD_', method) }),
    ...(isRecord(participant) && { participant: withKind(participant) }),
  };
}

/** The kind under either of the spellings that JSON of a message may have. */
function withKind(participant: JsonObject): JsonObject {
  const { participant_kind, participantKind = participant_kind, ...rest } = participant;
  if (typeof participantKind !== 'string') return participant;
  return { ...rest, participantKind: prefixed('PARTICIPANT_KIND_', participantKind) };
}

function prefixed(prefix: string, name: string): string {
  return name.startsWith(prefix) ? name : `${prefix}${name}`;
}
