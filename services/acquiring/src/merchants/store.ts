import type { Queryable, Tx } from '@causeway/db';
import type { Terminal } from '@causeway/proto/acquiring';
import type { MerchantEntry } from '../directory/directory.ts';

const MERCHANT = `
  merchant_id AS "merchantId", partner_id AS "partnerId", display_name AS "displayName",
  country_code AS "countryCode", city, category_code AS "categoryCode",
  currency_codes AS "currencyCodes", active, change`;

/** Inserts a merchant unless its id is taken. */
export async function insertMerchant(tx: Tx, merchant: MerchantEntry): Promise<void> {
  await tx.query(
    `INSERT INTO merchants (merchant_id, partner_id, display_name, country_code, city,
                            category_code, currency_codes, active, change)
     VALUES ($1, $2, $3, $4, $5, $6, $7::text[], $8, $9)
     ON CONFLICT DO NOTHING`,
    [
      merchant.merchantId,
      merchant.partnerId,
      merchant.displayName,
      merchant.countryCode,
      merchant.city,
      merchant.categoryCode,
      merchant.currencyCodes,
      merchant.active,
      merchant.change,
    ],
  );
}

/** A partner's merchant, if there is one with this id. */
export async function findMerchant(
  db: Queryable,
  partnerId: string,
  merchantId: string,
): Promise<MerchantEntry | undefined> {
  const [row] = await db.query<MerchantEntry>(
    `SELECT ${MERCHANT} FROM merchants WHERE merchant_id = $1 AND partner_id = $2`,
    [merchantId, partnerId],
  );
  return row;
}

/** Opens or closes a partner's merchant; answers it as it is now, if there is one. */
export async function updateActive(
  tx: Tx,
  merchant: Pick<MerchantEntry, 'partnerId' | 'merchantId' | 'active' | 'change'>,
): Promise<MerchantEntry | undefined> {
  const [row] = await tx.query<MerchantEntry>(
    `UPDATE merchants SET active = $3, change = $4
      WHERE merchant_id = $1 AND partner_id = $2 RETURNING ${MERCHANT}`,
    [merchant.merchantId, merchant.partnerId, merchant.active, merchant.change],
  );
  return row;
}

/** A partner's merchants after an id, in the order of their ids. */
export function merchantsAfter(
  db: Queryable,
  partnerId: string,
  afterId: string | undefined,
  limit: number,
): Promise<MerchantEntry[]> {
  const first = '00000000-0000-0000-0000-000000000000';
  return db.query(
    `SELECT ${MERCHANT} FROM merchants
      WHERE partner_id = $1 AND merchant_id > $2 ORDER BY merchant_id LIMIT $3`,
    [partnerId, afterId ?? first, limit],
  );
}

/** A store as its row says it, without its terminals. */
export interface StoreRow {
  storeId: string;
  merchantId: string;
  displayName: string;
}

/** Inserts a store unless its id is taken. */
export async function insertStore(tx: Tx, store: StoreRow, change: bigint): Promise<void> {
  await tx.query(
    `INSERT INTO stores (store_id, merchant_id, display_name, change)
     VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [store.storeId, store.merchantId, store.displayName, change],
  );
}

/** The stores of a merchant in the order of their ids. */
export function storesOf(db: Queryable, merchantId: string): Promise<StoreRow[]> {
  return db.query(
    `SELECT store_id AS "storeId", merchant_id AS "merchantId", display_name AS "displayName"
       FROM stores WHERE merchant_id = $1 ORDER BY store_id`,
    [merchantId],
  );
}

/** A terminal as its row says it. */
export interface TerminalRow extends Terminal {
  storeId: string;
}

/** Inserts a terminal unless its id is taken. */
export async function insertTerminal(tx: Tx, terminal: TerminalRow, change: bigint): Promise<void> {
  await tx.query(
    `INSERT INTO terminals (terminal_id, store_id, label, change)
     VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [terminal.terminalId, terminal.storeId, terminal.label, change],
  );
}

/** The terminals of all stores of a merchant in the order of their ids. */
export function terminalsOf(db: Queryable, merchantId: string): Promise<TerminalRow[]> {
  return db.query(
    `SELECT terminal_id AS "terminalId", store_id AS "storeId", label
       FROM terminals JOIN stores USING (store_id)
      WHERE merchant_id = $1 ORDER BY terminal_id`,
    [merchantId],
  );
}
