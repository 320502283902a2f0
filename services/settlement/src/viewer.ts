import type { Identity } from '@causeway/rpc';
import { isSameParticipant, type ParticipantRef, type Side } from './participants.ts';

/** Who calls, as a certificate says it. */
export type Caller = Pick<Identity, 'kind' | 'id'>;

/** Whose data a caller may see: everybody's, or those of the one participant that it is. */
export type Viewer = ParticipantRef | 'operator';

const SIDES: Partial<Record<Identity['kind'], Side>> = { partner: 'acquirer', issuer: 'issuer' };

/** The participant that a caller's certificate stands for; undefined for whoever is none. */
export function participantBehind({ kind, id }: Caller): ParticipantRef | undefined {
  const side = SIDES[kind];
  return side && { kind: side, id };
}

/** The access rules let no other kinds in; were they changed, this throws, and they see nothing. */
export function viewerOf(caller: Caller): Viewer {
  const viewer = caller.kind === 'operator' ? 'operator' : participantBehind(caller);
  if (viewer === undefined) throw new Error(`a ${caller.kind} has nothing to see here`);
  return viewer;
}

/** The participant whose data alone a caller may see; undefined for an operator. Throws for others. */
export function ownOf(caller: Caller): ParticipantRef | undefined {
  const viewer = viewerOf(caller);
  return viewer === 'operator' ? undefined : viewer;
}

/** Whether the caller may see what concerns the participant: its own, or everything. */
export function maySee(caller: Caller, participant: ParticipantRef): boolean {
  if (caller.kind === 'operator') return true;
  const own = participantBehind(caller);
  return own !== undefined && isSameParticipant(own, participant);
}
