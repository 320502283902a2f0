import type { Queryable } from '@causeway/db';
import type { ListTakenRequest, ListTakenResponse } from '@causeway/proto/wallet';
import { pageToken, positionIn } from '../page-token.ts';
import { Fields } from '../rpc/fields.ts';
import { type Taken, takenAfter, takenBy } from './store.ts';

const LIST = ['taken'];
const POSITION = [/^\d{1,2}$/, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/];
const DEFAULT_PAGE = 200;
const MAX_PAGE = 500;
const BEFORE_ALL = { lane: -1, paymentId: '00000000-0000-0000-0000-000000000000' };

/** What payments took and have not given back: those that are named, or a page of all. */
export async function listTaken(
  db: Queryable,
  currencyCode: string,
  request: ListTakenRequest,
): Promise<ListTakenResponse> {
  const { paymentIds, pageSize } = request;
  const fields = new Fields();
  fields.within('page_size', pageSize, 0, MAX_PAGE);
  if (paymentIds.length > MAX_PAGE) fields.wrong('payment_ids', `takes at most ${MAX_PAGE}`);
  for (const id of paymentIds.slice(0, MAX_PAGE)) fields.uuid('payment_ids', id);
  fields.refuse();
  const message = ({ paymentId, takenMinor, walletId }: Taken) => ({
    ...{ paymentId, walletId, takenAmount: { currencyCode, amountMinor: takenMinor } },
  });
  if (paymentIds.length > 0) {
    return { payments: (await takenBy(db, paymentIds)).map(message), nextPageToken: '' };
  }
  const size = pageSize === 0 ? DEFAULT_PAGE : pageSize;
  const found = await takenAfter(db, placeIn(request.pageToken), size + 1);
  const page = found.slice(0, size);
  const last = page.at(-1);
  const hasMore = found.length > size && last !== undefined;
  return {
    payments: page.map(message),
    nextPageToken: hasMore ? pageToken(LIST, [String(last.lane), last.paymentId]) : '',
  };
}

function placeIn(token: string) {
  if (token === '') return BEFORE_ALL;
  const [lane = '', paymentId = ''] = positionIn(LIST, token, POSITION);
  return { lane: Number.parseInt(lane, 10), paymentId };
}
