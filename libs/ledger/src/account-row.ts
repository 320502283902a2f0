import type { Account, Side } from './account.ts';

/** What is read of an account `a`, in the order that the loading statement relies on. */
export const ACCOUNT_COLUMNS = `
  a.lane, a.account_id, a.currency_code, a.normal_side, a.may_go_negative, a.seq,
  a.debits_posted, a.credits_posted, a.debits_held, a.credits_held`;

/** An account as the driver answers it. */
export interface AccountRow {
  lane: number;
  account_id: string;
  currency_code: string;
  normal_side: Side;
  may_go_negative: boolean;
  seq: bigint;
  debits_posted: bigint;
  credits_posted: bigint;
  debits_held: bigint;
  credits_held: bigint;
}

export function accountFrom(row: AccountRow): Account {
  return {
    lane: row.lane,
    accountId: row.account_id,
    currencyCode: row.currency_code,
    normalSide: row.normal_side,
    mayGoNegative: row.may_go_negative,
    seq: row.seq,
    debitsPosted: row.debits_posted,
    creditsPosted: row.credits_posted,
    debitsHeld: row.debits_held,
    creditsHeld: row.credits_held,
  };
}
