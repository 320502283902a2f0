import type { Participant } from '@causeway/proto/common';
import { Refusal } from '@causeway/runtime';
import { isSameParticipant, type ParticipantRef, participantOf } from '../participants.ts';
import type { Viewer } from '../viewer.ts';

/**
 * Whom a request is about: the one it names, else the viewer itself; undefined where an operator names
 * nobody. Throws PARTICIPANT_UNKNOWN where somebody asks for another.
 */
export function participantFor(
  viewer: Viewer,
  asked: Participant | undefined,
): ParticipantRef | undefined {
  const named = participantOf(asked);
  if (viewer === 'operator') return named;
  const isOwn = named !== undefined && isSameParticipant(named, viewer);
  if (asked !== undefined && !isOwn) {
    throw new Refusal('PARTICIPANT_UNKNOWN', 'a participant sees its own agreements only');
  }
  return viewer;
}
