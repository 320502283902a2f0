import type { Queryable } from '@causeway/db';
import type { Participant } from '@causeway/proto/common';
import type { RequestFields } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import { isDay } from '../calendar/days.ts';
import { participantOf } from '../participants.ts';
import { windowBy } from './store.ts';
import type { Window, WindowKey } from './window.ts';

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
