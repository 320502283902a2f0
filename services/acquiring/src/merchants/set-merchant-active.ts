import type { Merchant, SetMerchantActiveRequest } from '@causeway/proto/acquiring';
import { nextChange } from '../directory/store.ts';
import { Fields } from '../fields.ts';
import { type Merchants, merchantUnknown, placesOf, toMerchant } from './merchant.ts';
import { updateActive } from './store.ts';

/**
 * Opens or closes a merchant for payments; in force here at once, on other replicas within half
 * a second. Throws MERCHANT_UNKNOWN.
 */
export async function setMerchantActive(
  { db, directory }: Merchants,
  partnerId: string,
  { merchantId, active }: SetMerchantActiveRequest,
): Promise<Merchant> {
  const fields = new Fields();
  fields.uuid('merchant_id', merchantId);
  fields.refuse();
  const merchant = await db.transaction(async (tx) => {
    const change = await nextChange(tx);
    return updateActive(tx, { partnerId, merchantId, active, change });
  });
  if (merchant === undefined) throw merchantUnknown();
  directory.learnMerchant(merchant);
  return toMerchant(merchant, await placesOf(db, merchantId));
}
