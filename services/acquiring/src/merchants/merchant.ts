import type { Database, Queryable } from '@causeway/db';
import type { Merchant, Store } from '@causeway/proto/acquiring';
import { Refusal } from '@causeway/runtime';
import type { Directory, MerchantEntry } from '../directory/directory.ts';
import { findMerchant, type StoreRow, storesOf, type TerminalRow, terminalsOf } from './store.ts';

/** What the operations on merchants work with. */
export interface Merchants {
  db: Database;
  directory: Directory;
}

/** Stores and terminals of one merchant together, so that `GetMerchant` fits one message. */
const MAX_PLACES = 2_000;

/** A partner's merchant. Throws MERCHANT_UNKNOWN, also for a merchant of another partner. */
export async function merchantOf(
  db: Queryable,
  partnerId: string,
  merchantId: string,
): Promise<MerchantEntry> {
  const merchant = await findMerchant(db, partnerId, merchantId);
  if (merchant === undefined) throw merchantUnknown();
  return merchant;
}

/** The refusal for a merchant that the partner does not have. */
export function merchantUnknown(): Refusal {
  return new Refusal('MERCHANT_UNKNOWN', 'this partner has no such merchant');
}

/** The stores and terminals of a merchant. */
export interface Places {
  stores: StoreRow[];
  terminals: TerminalRow[];
}

/** Reads the stores and terminals of a merchant. */
export async function placesOf(db: Queryable, merchantId: string): Promise<Places> {
  const stores = await storesOf(db, merchantId);
  return { stores, terminals: await terminalsOf(db, merchantId) };
}

/** Throws FIELD_INVALID where a merchant can take no further store or terminal. */
export function assertRoomIn({ stores, terminals }: Places): void {
  if (stores.length + terminals.length < MAX_PLACES) return;
  const description = `has ${MAX_PLACES} stores and terminals, and can have no more`;
  const fields = [{ field: 'merchant_id', description }];
  throw new Refusal('FIELD_INVALID', 'the merchant is full', { fields });
}

/** Throws IDEMPOTENCY_KEY_REUSED where the stored thing is not what the request describes. */
export function assertSame<T>(stored: T, asked: T, keys: readonly (keyof T)[]): void {
  const same = keys.every((key) => JSON.stringify(stored[key]) === JSON.stringify(asked[key]));
  if (same) return;
  throw new Refusal('IDEMPOTENCY_KEY_REUSED', 'this request id was used for other content');
}

/** The merchant as partners see it. */
export function toMerchant(merchant: MerchantEntry, places?: Places): Merchant {
  const { change: _change, ...shown } = merchant;
  return { ...shown, stores: places === undefined ? [] : toStores(places) };
}

function toStores({ stores, terminals }: Places): Store[] {
  const shown = new Map<string, Store>();
  for (const { storeId, displayName } of stores) {
    shown.set(storeId, { storeId, displayName, terminals: [] });
  }
  for (const { terminalId, storeId, label } of terminals) {
    shown.get(storeId)?.terminals.push({ terminalId, label });
  }
  return [...shown.values()];
}
