import type {
  ListMerchantCodesRequest,
  ListMerchantCodesResponse,
} from '@causeway/proto/acquiring';
import { Fields } from '../fields.ts';
import { merchantOf } from '../merchants/merchant.ts';
import { pageSizeOf, pageToken, positionIn } from '../page-token.ts';
import { CODE_ID_FORM } from '../presented/payload.ts';
import { type Codes, toMerchantCode } from './code.ts';
import { codesAfter } from './store.ts';

/**
 * A page of a merchant's codes in the order of their ids. Throws MERCHANT_UNKNOWN,
 * PAGE_TOKEN_INVALID.
 */
export async function listMerchantCodes(
  { db }: Codes,
  partnerId: string,
  request: ListMerchantCodesRequest,
): Promise<ListMerchantCodesResponse> {
  const fields = new Fields();
  fields.uuid('merchant_id', request.merchantId);
  fields.pageSize('page_size', request.pageSize);
  fields.refuse();
  const merchant = await merchantOf(db, partnerId, request.merchantId);
  const list = ['merchant_codes', request.merchantId];
  const [afterId = ''] =
    request.pageToken === '' ? [] : positionIn(list, request.pageToken, [CODE_ID_FORM]);
  const size = pageSizeOf(request.pageSize);
  const rows = await codesAfter(db, request.merchantId, afterId, size + 1);
  const page = rows.slice(0, size);
  const last = page.at(-1);
  return {
    merchantCodes: page.map((code) => toMerchantCode(code, merchant)),
    nextPageToken: rows.length > size && last !== undefined ? pageToken(list, [last.codeId]) : '',
  };
}
