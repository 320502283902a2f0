import type { CreateStoreRequest, Store } from '@causeway/proto/acquiring';
import { uuidFrom } from '@causeway/runtime';
import { nextChange } from '../directory/store.ts';
import { Fields } from '../fields.ts';
import {
  assertRoomIn,
  assertSame,
  type Merchants,
  merchantOf,
  placesOf,
  toMerchant,
} from './merchant.ts';
import { insertStore } from './store.ts';

/**
 * Adds a store to a merchant; the same request id makes the same store. Throws MERCHANT_UNKNOWN,
 * FIELD_INVALID, IDEMPOTENCY_KEY_REUSED.
 */
export async function createStore(
  { db, directory }: Merchants,
  partnerId: string,
  { merchantId, requestId, displayName }: CreateStoreRequest,
): Promise<Store> {
  const fields = new Fields();
  fields.uuid('merchant_id', merchantId);
  fields.identifier('request_id', requestId);
  fields.text('display_name', displayName, { max: 64 });
  fields.refuse();

  const storeId = uuidFrom('store', merchantId, requestId);
  const asked: Store = { storeId, displayName, terminals: [] };
  const store = await db.transaction(async (tx) => {
    const change = await nextChange(tx);
    const merchant = await merchantOf(tx, partnerId, merchantId);
    const before = await placesOf(tx, merchantId);
    const earlier = toMerchant(merchant, before).stores.find((one) => one.storeId === storeId);
    if (earlier !== undefined) {
      assertSame(earlier, asked, ['displayName']);
      return earlier;
    }
    assertRoomIn(before);
    await insertStore(tx, { storeId, merchantId, displayName }, change);
    return asked;
  });
  directory.learnStore({ storeId, merchantId });
  return store;
}
