import type { ListAdjustmentsRequest } from '@causeway/proto/settlement';
import { RequestFields } from '@causeway/rpc';
import { pageSizeIn, seqIn, tokenOf } from '../paging.ts';
import { participantOf } from '../participants.ts';
import { type Caller, ownOf } from '../viewer.ts';
import type { PostedAdjustment } from './adjustment.ts';
import type { AdjustmentDesk } from './post.ts';
import { adjustmentsBefore } from './store.ts';

const LIST = 'adjustments';

/**
 * A page of the adjustments that the caller may see, newest first: a participant's own, whomever it
 * asks for. Throws FIELD_INVALID, PAGE_TOKEN_INVALID.
 */
export async function listAdjustments(
  { db }: AdjustmentDesk,
  caller: Caller,
  { participant, pageSize, pageToken }: ListAdjustmentsRequest,
): Promise<{ adjustments: PostedAdjustment[]; nextPageToken: string }> {
  const fields = new RequestFields();
  const size = pageSizeIn(fields, pageSize);
  fields.refuse();
  const before = seqIn(LIST, pageToken);
  const whose = ownOf(caller) ?? participantOf(participant);
  // One row more than asked for tells whether another page follows.
  const found = await adjustmentsBefore(db, whose, before, size + 1);
  const adjustments = found.slice(0, size);
  const last = found.length > size ? adjustments.at(-1) : undefined;
  return { adjustments, nextPageToken: last ? tokenOf(LIST, last.commandSeq) : '' };
}
