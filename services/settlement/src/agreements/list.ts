import type { Queryable } from '@causeway/db';
import type { ListAgreementsRequest, ListAgreementsResponse } from '@causeway/proto/settlement';
import { Refusal } from '@causeway/runtime';
import { participantOf } from '../participants.ts';
import type { Viewer } from '../viewer.ts';
import { messageOf } from './message.ts';
import { participantFor } from './participant-for.ts';
import { listAgreementRows, type PageKey } from './store.ts';

const DEFAULT_PAGE = 50;
const MAX_PAGE = 500;
const FIRST: PageKey = { kind: '', id: '', version: 0 };

/** A page of agreements, in the order of participant and version. */
export async function listAgreements(
  db: Queryable,
  viewer: Viewer,
  { participant: asked, pageSize, pageToken }: ListAgreementsRequest,
): Promise<ListAgreementsResponse> {
  const { kind, id } = participantFor(viewer, asked) ?? FIRST;
  const limit = Math.min(pageSize > 0 ? pageSize : DEFAULT_PAGE, MAX_PAGE);
  const after = pageToken === '' ? FIRST : keyIn(pageToken);
  const rows = await listAgreementRows(db, { kind, id }, after, limit + 1);
  const agreements = rows.slice(0, limit).map(messageOf);
  const last = agreements.at(-1);
  const key = participantOf(last?.participant);
  const isMore = rows.length > limit && last !== undefined && key !== undefined;
  return {
    agreements,
    nextPageToken: isMore ? `${key.kind}/${key.id}/${last.version}` : '',
  };
}

/** A token is the key of the last agreement of the page before. */
function keyIn(pageToken: string): PageKey {
  const match = /^(acquirer|issuer)\/([a-z0-9-]{1,32})\/(\d{1,9})$/.exec(pageToken);
  const [, kind, id, version] = match ?? [];
  if (kind && id && version) return { kind, id, version: Number(version) };
  throw new Refusal('PAGE_TOKEN_INVALID', 'page_token is not from an earlier answer');
}
