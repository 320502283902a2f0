import type { Participant } from '@causeway/proto/common';
import type { Identity } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import { type ParticipantRef, participantOf } from '../participants.ts';

/** Whose agreements a caller may see: its own, or everybody's. */
export type AgreementViewer = ParticipantRef | 'operator';

/** The access rule lets no other kinds in; were it changed, they would still see nothing. */
export function viewerOf({ kind, id }: Identity): AgreementViewer {
  if (kind === 'operator') return 'operator';
  if (kind === 'partner') return { kind: 'acquirer', id };
  if (kind === 'issuer') return { kind: 'issuer', id };
  throw new Error(`a ${kind} has no agreement to see`);
}

/**
 * Whom a request is about: the one it names, else the viewer itself; undefined where an operator names
 * nobody. Throws PARTICIPANT_UNKNOWN where somebody asks for another.
 */
export function participantFor(
  viewer: AgreementViewer,
  asked: Participant | undefined,
): ParticipantRef | undefined {
  const named = participantOf(asked);
  if (viewer === 'operator') return named;
  if (asked !== undefined && (named?.kind !== viewer.kind || named.id !== viewer.id)) {
    throw new Refusal('PARTICIPANT_UNKNOWN', 'a participant sees its own agreements only');
  }
  return viewer;
}
