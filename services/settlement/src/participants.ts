import { type Participant, ParticipantKind } from '@causeway/proto/common';

/** Which side of a payment somebody stands on, as tables and ids name it. */
export type Side = 'acquirer' | 'issuer';

/** Somebody whom the switch settles with. */
export interface ParticipantRef {
  kind: Side;
  /** The partner id of an acquirer, the issuer id of a wallet operator. */
  id: string;
}

const KINDS: Record<Side, ParticipantKind> = {
  acquirer: ParticipantKind.ACQUIRER,
  issuer: ParticipantKind.ISSUER,
};

/** The kind as the protos name it. */
export function kindOf(side: Side): ParticipantKind {
  return KINDS[side];
}

/** As the protos name a participant. */
export function toParticipant({ kind, id }: ParticipantRef): Participant {
  return { participantKind: KINDS[kind], participantId: id };
}

/** Whether both are the same participant: ids are unique on their side only. */
export function isSameParticipant(one: ParticipantRef, other: ParticipantRef): boolean {
  return one.kind === other.kind && one.id === other.id;
}

/** A participant that a message names; undefined where it names none. */
export function participantOf(message: Participant | undefined): ParticipantRef | undefined {
  const kind = (Object.keys(KINDS) as Side[]).find((side) => {
    return KINDS[side] === message?.participantKind;
  });
  if (kind === undefined || !message?.participantId) return undefined;
  return { kind, id: message.participantId };
}
