import { columns, type Tx } from '@causeway/db';
import { uuidFrom } from '@causeway/runtime';
import type { AccountDefinition } from './account.ts';

/** Accounts that exist already are compared with what was asked for. */
const OPEN = `
  WITH asked AS (
    SELECT * FROM unnest(
      $1::smallint[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[]
    ) AS asked (lane, account_id, owner, code, currency_code, normal_side, may_go_negative)
  ), opened AS (
    INSERT INTO ledger_accounts
      (lane, account_id, owner, code, currency_code, normal_side, may_go_negative)
    SELECT * FROM asked ON CONFLICT DO NOTHING
  )
  SELECT account_id
    FROM asked JOIN ledger_accounts a USING (lane, account_id)
   WHERE (a.owner, a.code, a.currency_code, a.normal_side, a.may_go_negative) <>
         (asked.owner, asked.code, asked.currency_code, asked.normal_side, asked.may_go_negative)`;

/**
 * Opens accounts with a balance of zero. One that exists already stays as it is; throws where it
 * was opened as something else.
 */
export async function openAccounts(tx: Tx, accounts: readonly AccountDefinition[]): Promise<void> {
  const params = columns(
    accounts,
    (account) => account.lane,
    (account) => account.accountId,
    (account) => account.owner,
    (account) => account.code,
    (account) => account.currencyCode,
    (account) => account.normalSide,
    (account) => account.mayGoNegative,
  );
  const [other] = await tx.query<{ account_id: string }>(OPEN, params);
  if (other) throw new Error(`account ${other.account_id} was opened as something else`);
}

/**
 * The id of the house's own account with this purpose: one per currency and lane, since a posting
 * never leaves its lane. The house's balance is the sum over its lanes.
 */
export function houseAccountId(code: string, currencyCode: string, lane: number): string {
  return uuidFrom('ledger.house_account', code, currencyCode, String(lane));
}
