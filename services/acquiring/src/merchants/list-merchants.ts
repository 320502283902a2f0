import type { ListMerchantsRequest, ListMerchantsResponse } from '@causeway/proto/acquiring';
import { Fields } from '../fields.ts';
import { pageSizeOf, pageToken, positionIn, UUID_FORM } from '../page-token.ts';
import { type Merchants, toMerchant } from './merchant.ts';
import { merchantsAfter } from './store.ts';

/**
 * A page of the partner's merchants in the order of their ids, without their stores: five
 * hundred merchants of two thousand places each would be no page. Throws PAGE_TOKEN_INVALID.
 */
export async function listMerchants(
  { db }: Merchants,
  partnerId: string,
  request: ListMerchantsRequest,
): Promise<ListMerchantsResponse> {
  const fields = new Fields();
  fields.pageSize('page_size', request.pageSize);
  fields.refuse();
  const list = ['merchants', partnerId];
  const [afterId] =
    request.pageToken === '' ? [] : positionIn(list, request.pageToken, [UUID_FORM]);
  const size = pageSizeOf(request.pageSize);
  const rows = await merchantsAfter(db, partnerId, afterId, size + 1);
  const page = rows.slice(0, size);
  const last = page.at(-1);
  return {
    merchants: page.map((merchant) => toMerchant(merchant)),
    nextPageToken:
      rows.length > size && last !== undefined ? pageToken(list, [last.merchantId]) : '',
  };
}
