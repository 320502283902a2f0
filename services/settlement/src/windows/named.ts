import type { Queryable } from '@causeway/db';
import type { Participant } from '@causeway/proto/common';
import type { Identity, RequestFields } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import { isDay } from '../calendar/days.ts';
import { type ParticipantRef, participantOf, type Side } from '../participants.ts';
import { windowBy } from './store.ts';
import type { Window, WindowKey } from './window.ts';

/** The participant that a partner's or an issuer's certificate stands for. */
export function ownParticipant({
  kind,
  id,
}: Pick<Identity, 'kind' | 'id'>): ParticipantRef | undefined {
  const sides: Partial<Record<Identity['kind'], Side>> = { partner: 'acquirer', issuer: 'issuer' };
  const side = sides[kind];
  return side && { kind: side, id };
}

/** Whether the caller may see what concerns the participant: its own, or everything. */
export function maySee(
  caller: Pick<Identity, 'kind' | 'id'>,
  { kind, id }: ParticipantRef,
): boolean {
  if (caller.kind === 'operator') return true;
  const own = ownParticipant(caller);
  return own?.kind === kind && own.id === id;
}

/** The window that a request names. Throws FIELD_INVALID with everything that is wrong. */
export function keyNamed(
  fields: RequestFields,
  { participant, clearingDate }: { participant: Participant | undefined; clearingDate: string },
): WindowKey {
  const named = participantOf(participant);
  if (!named) fields.wrong('participant', 'must name a kind and an id');
  if (!isDay(clearingDate)) fields.wrong('clearing_date', 'must be a day like 2026-11-30');
  fields.refuse();
  if (!named) throw new Error('a request without a participant passed');
  return { participant: named, clearingDate };
}

/** The window of a key. Throws WINDOW_UNKNOWN. */
export async function windowNamed(db: Queryable, key: WindowKey): Promise<Window> {
  const window = await windowBy(db, key);
  if (window) return window;
  throw unknownWindow();
}

/** That there is no such window, or none that the caller may see. */
export function unknownWindow(): Refusal {
  return new Refusal('WINDOW_UNKNOWN', 'there is no such window');
}
