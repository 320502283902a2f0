import type { Queryable, Tx } from '@causeway/db';
import type { MerchantEntry } from '../directory/directory.ts';

/** A merchant's code as it is stored; empty ids are null there. */
export interface CodeRow {
  codeId: string;
  merchantId: string;
  storeId: string;
  terminalId: string;
  currencyCode: string;
  /** Null where the payer enters it. */
  amountMinor: bigint | null;
  askTip: boolean;
  active: boolean;
}

/** A code with the merchant that it belongs to. */
export interface PlacedCode {
  code: CodeRow;
  merchant: MerchantEntry;
}

const CODE = `
  c.code_id AS "codeId", c.merchant_id AS "merchantId", coalesce(c.store_id::text, '') AS "storeId",
  coalesce(c.terminal_id::text, '') AS "terminalId", c.currency_code AS "currencyCode",
  c.amount_minor AS "amountMinor", c.ask_tip AS "askTip", c.active`;

/** Inserts a code unless its id is taken; answers what stands under the id now. */
export async function insertCode(tx: Tx, code: CodeRow): Promise<CodeRow> {
  await tx.query(
    `INSERT INTO merchant_codes
       (code_id, merchant_id, store_id, terminal_id, currency_code, amount_minor, ask_tip)
     VALUES ($1, $2, nullif($3, '')::uuid, nullif($4, '')::uuid, $5, $6, $7)
     ON CONFLICT DO NOTHING`,
    [
      ...[code.codeId, code.merchantId, code.storeId, code.terminalId],
      ...[code.currencyCode, code.amountMinor, code.askTip],
    ],
  );
  const [row] = await tx.query<CodeRow>(
    `SELECT ${CODE} FROM merchant_codes c WHERE c.code_id = $1`,
    [code.codeId],
  );
  if (row === undefined) throw new Error('a code that was inserted is not there');
  return row;
}

/** Takes a partner's code out of use or back; answers it as it is now, if there is one. */
export async function updateCodeActive(
  db: Queryable,
  partnerId: string,
  codeId: string,
  active: boolean,
): Promise<CodeRow | undefined> {
  const [row] = await db.query<CodeRow>(
    `UPDATE merchant_codes c SET active = $3 FROM merchants m
      WHERE c.code_id = $1 AND m.merchant_id = c.merchant_id AND m.partner_id = $2
      RETURNING ${CODE}`,
    [codeId, partnerId, active],
  );
  return row;
}

/** A merchant's codes after an id, in the order of their ids. */
export function codesAfter(
  db: Queryable,
  merchantId: string,
  afterId: string,
  limit: number,
): Promise<CodeRow[]> {
  return db.query(
    `SELECT ${CODE} FROM merchant_codes c
      WHERE c.merchant_id = $1 AND c.code_id > $2 ORDER BY c.code_id LIMIT $3`,
    [merchantId, afterId, limit],
  );
}

/** The codes with these ids, each with its merchant. */
export async function codesWithMerchants(
  db: Queryable,
  codeIds: readonly string[],
): Promise<PlacedCode[]> {
  type Row = CodeRow & Omit<MerchantEntry, 'active'> & { merchantActive: boolean };
  const rows = await db.query<Row>(
    `SELECT ${CODE}, m.partner_id AS "partnerId", m.display_name AS "displayName",
            m.country_code AS "countryCode", m.city, m.category_code AS "categoryCode",
            m.currency_codes AS "currencyCodes", m.active AS "merchantActive", m.change
       FROM merchant_codes c JOIN merchants m USING (merchant_id)
      WHERE c.code_id = ANY($1::text[])`,
    [[...codeIds]],
  );
  return rows.map((row) => ({ code: row, merchant: { ...row, active: row.merchantActive } }));
}
