import type { CloseWindowRequest, Window as WindowMessage } from '@causeway/proto/settlement';
import { RequestFields } from '@causeway/rpc';
import { Refusal, uuidFrom } from '@causeway/runtime';
import { participantOf } from '../participants.ts';
import { keyBody } from './body.ts';
import { CLOSE_WINDOW } from './commands.ts';
import { described } from './get.ts';
import { keyNamed, unknownWindow, windowNamed } from './named.ts';
import type { WindowDeps } from './rpc.ts';
import { latestWindow } from './store.ts';
import type { Window } from './window.ts';

/**
 * Closes a window before its time. That it shall be closed is recorded first, then routing seals the
 * day; where routing cannot be reached the worker has it sealed later. Throws FIELD_INVALID,
 * WINDOW_UNKNOWN, DEPENDENCY_UNAVAILABLE.
 */
export async function closeEarly(
  { db, commands, worker }: WindowDeps,
  operatorId: string,
  request: CloseWindowRequest,
): Promise<WindowMessage> {
  const window = await asked({ db }, request);
  if (window.state === 'OPEN') {
    const { kind, id } = window.participant;
    const commandId = uuidFrom(CLOSE_WINDOW.kind, kind, id, window.clearingDate);
    const body = { ...keyBody(window), early: true };
    await commands.execute(CLOSE_WINDOW, { commandId, operatorId, body }).catch(unlessClosed);
    await worker.seal(window).catch((cause) => {
      const message =
        'routing could not seal the day; it is closed, and sealed as soon as it can be';
      throw new Refusal('DEPENDENCY_UNAVAILABLE', message, { cause, retryAfterMs: 2_000 });
    });
    worker.wake();
  }
  return described(db, await windowNamed(db, window));
}

/** The day that is named, else the participant's open one. */
async function asked(
  { db }: Pick<WindowDeps, 'db'>,
  { participant, clearingDate }: CloseWindowRequest,
): Promise<Window> {
  if (clearingDate !== '') {
    return windowNamed(db, keyNamed(new RequestFields(), { participant, clearingDate }));
  }
  const named = participantOf(participant);
  const fields = new RequestFields();
  if (!named) fields.wrong('participant', 'must name a kind and an id');
  fields.refuse();
  const latest = named && (await latestWindow(db, named));
  if (latest) return latest;
  throw unknownWindow();
}

/** The day ended by itself meanwhile. */
function unlessClosed(error: unknown): void {
  if (error instanceof Refusal && error.reason === 'IDEMPOTENCY_KEY_REUSED') return;
  throw error;
}
