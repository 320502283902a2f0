import type { Queryable, Tx } from '@causeway/db';
import type { MerchantEntry, StoreEntry, TerminalEntry } from './directory.ts';

/**
 * Takes the number of the change that this transaction makes. Writers of the directory follow
 * one another from here to their commit, which they can afford: they are people.
 */
export async function nextChange(tx: Tx): Promise<bigint> {
  const [row] = await tx.query<{ latest: bigint }>(
    'UPDATE directory_changes SET latest = latest + 1 RETURNING latest',
    [],
  );
  if (row === undefined) throw new Error('directory_changes has lost its row');
  return row.latest;
}

/** The number of the latest change that is committed. */
export async function latestChange(db: Queryable): Promise<bigint> {
  const [row] = await db.query<{ latest: bigint }>('SELECT latest FROM directory_changes', []);
  if (row === undefined) throw new Error('directory_changes has lost its row');
  return row.latest;
}

/** A row and the number of the change that made it what it is. */
type Changed<Row> = Row & { change: bigint };

/** One page of rows of a table that changed after a number, in the order of their changes. */
export type ReadChanges<Row> = (
  db: Queryable,
  after: bigint,
  limit: number,
) => Promise<Changed<Row>[]>;

/** Partners that changed. */
export const changedPartners: ReadChanges<{ partnerId: string }> = (db, after, limit) =>
  db.query(
    `SELECT partner_id AS "partnerId", change
       FROM partners WHERE change > $1 ORDER BY change LIMIT $2`,
    [after, limit],
  );

/** Merchants that changed. */
export const changedMerchants: ReadChanges<MerchantEntry> = (db, after, limit) =>
  db.query(
    `SELECT merchant_id AS "merchantId", partner_id AS "partnerId",
            display_name AS "displayName", country_code AS "countryCode", city,
            category_code AS "categoryCode", currency_codes AS "currencyCodes", active, change
       FROM merchants WHERE change > $1 ORDER BY change LIMIT $2`,
    [after, limit],
  );

/** Stores that were added. */
export const changedStores: ReadChanges<StoreEntry> = (db, after, limit) =>
  db.query(
    `SELECT store_id AS "storeId", merchant_id AS "merchantId", change
       FROM stores WHERE change > $1 ORDER BY change LIMIT $2`,
    [after, limit],
  );

/** Terminals that were added. */
export const changedTerminals: ReadChanges<TerminalEntry> = (db, after, limit) =>
  db.query(
    `SELECT terminal_id AS "terminalId", store_id AS "storeId", change
       FROM terminals WHERE change > $1 ORDER BY change LIMIT $2`,
    [after, limit],
  );
