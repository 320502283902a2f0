import type { GetMerchantRequest, Merchant } from '@causeway/proto/acquiring';
import { Fields } from '../fields.ts';
import { type Merchants, merchantOf, placesOf, toMerchant } from './merchant.ts';

/** One merchant with its stores and terminals. Throws MERCHANT_UNKNOWN. */
export async function getMerchant(
  { db }: Merchants,
  partnerId: string,
  { merchantId }: GetMerchantRequest,
): Promise<Merchant> {
  const fields = new Fields();
  fields.uuid('merchant_id', merchantId);
  fields.refuse();
  const merchant = await merchantOf(db, partnerId, merchantId);
  return toMerchant(merchant, await placesOf(db, merchantId));
}
