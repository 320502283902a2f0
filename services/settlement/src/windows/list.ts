import type { Database } from '@causeway/db';
import type { ListWindowsRequest, ListWindowsResponse } from '@causeway/proto/settlement';
import { Refusal } from '@causeway/runtime';
import { isDay } from '../calendar/days.ts';
import { participantOf } from '../participants.ts';
import { type Caller, maySee, participantBehind } from '../viewer.ts';
import { listWindows as read, sumsOf, type WindowPlace } from './store.ts';
import { stateOf, viewOf } from './view.ts';
import type { Window } from './window.ts';

const DEFAULT_PAGE = 50;
const MAX_PAGE = 500;

/** A page of the windows that the caller may see, the newest day first. Throws PAGE_TOKEN_INVALID. */
export async function listWindows(
  db: Database,
  caller: Caller,
  { participant: message, state, pageSize, pageToken }: ListWindowsRequest,
): Promise<ListWindowsResponse> {
  const asked = participantOf(message) ?? participantBehind(caller);
  // Only an operator may ask for everybody's, whatever other kinds the access rule lets in one day.
  const isAllowed = asked ? maySee(caller, asked) : caller.kind === 'operator';
  if (!isAllowed) return { windows: [], nextPageToken: '' };
  const limit = Math.min(pageSize > 0 ? pageSize : DEFAULT_PAGE, MAX_PAGE);
  const filter = { kind: asked?.kind ?? ('' as const), id: asked?.id ?? '', state: stateOf(state) };
  const found = await read(db, filter, placeIn(pageToken), limit + 1);
  const page = found.slice(0, limit);
  const sums = await sumsOf(db, page);
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    windows: page.map((window) =>
      viewOf(
        window,
        sums.filter((sum) => isOf(window, sum)),
      ),
    ),
    nextPageToken: last ? tokenOf(last) : '',
  };
}

function isOf(
  { participant, clearingDate }: Window,
  sum: { kind: string; id: string; clearingDate: string },
): boolean {
  return (
    participant.kind === sum.kind && participant.id === sum.id && clearingDate === sum.clearingDate
  );
}

function tokenOf({ clearingDate, participant: { kind, id } }: Window): string {
  return Buffer.from(`${clearingDate}/${kind}/${id}`).toString('base64url');
}

function placeIn(token: string): WindowPlace | undefined {
  if (token === '') return undefined;
  const [clearingDate = '', kind = '', ...rest] = Buffer.from(token, 'base64url')
    .toString()
    .split('/');
  if (!isDay(clearingDate) || kind === '') {
    throw new Refusal('PAGE_TOKEN_INVALID', 'page_token is not one of this list');
  }
  return { clearingDate, kind, id: rest.join('/') };
}
