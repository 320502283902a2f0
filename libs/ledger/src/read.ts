import { columns, type Queryable } from '@causeway/db';
import type { Account, AccountRef, Side } from './account.ts';
import { ACCOUNT_COLUMNS, type AccountRow, accountFrom } from './account-row.ts';
import { keyOf } from './books.ts';
import type { TransferKind } from './transfer.ts';

const BALANCES = `
  SELECT ${ACCOUNT_COLUMNS}
    FROM unnest($1::smallint[], $2::uuid[]) AS asked (lane, account_id)
    JOIN ledger_accounts a ON a.lane = asked.lane AND a.account_id = asked.account_id`;

/** Accounts as last committed, unlocked, in the order asked for; undefined where there is none. */
export async function balances(
  db: Queryable,
  accounts: readonly AccountRef[],
): Promise<(Account | undefined)[]> {
  const params = columns(
    accounts,
    ({ lane }) => lane,
    ({ accountId }) => accountId,
  );
  const rows = await db.query<AccountRow>(BALANCES, params);
  const found = new Map(rows.map((row) => [keyOf(row.lane, row.account_id), accountFrom(row)]));
  return accounts.map(({ lane, accountId }) => found.get(keyOf(lane, accountId)));
}

/** One line of an account's statement. */
export interface Entry {
  /** 1 is the account's first entry; there are no gaps. */
  seq: bigint;
  side: Side;
  kind: TransferKind;
  /** What was added to the posted total of that side. */
  postedMinor: bigint;
  /** What was added to the held total of that side; negative where a hold was released. */
  heldMinor: bigint;
  /** The posted balance afterwards, on the account's normal side. */
  balanceMinor: bigint;
  currencyCode: string;
  transferId: string;
  otherAccountId: string;
  code: string;
  reference: string;
  postedAt: Date;
}

/** One page of a statement, the newest entry first. */
export interface StatementPage {
  entries: Entry[];
  /** Where the next, older page begins; absent on the last page. */
  nextBeforeSeq: bigint | undefined;
}

/** No page is longer, whatever was asked for. */
const MAX_PAGE = 200;
const NEWEST = 2n ** 63n - 1n;

const STATEMENT = `
  SELECT seq, side, kind, posted_minor AS "postedMinor", held_minor AS "heldMinor",
         balance_minor AS "balanceMinor", currency_code AS "currencyCode",
         transfer_id AS "transferId", other_account_id AS "otherAccountId", code, reference,
         posted_at AS "postedAt"
    FROM ledger_entries
   WHERE lane = $1 AND account_id = $2 AND seq < $3
   ORDER BY seq DESC
   LIMIT $4`;

/** Reads an account's entries backwards from `beforeSeq` (the newest, if absent), at most 200. */
export async function statement(
  db: Queryable,
  account: AccountRef,
  page: { beforeSeq?: bigint | undefined; limit: number },
): Promise<StatementPage> {
  const limit = Math.max(1, Math.min(page.limit, MAX_PAGE));
  const entries = await db.query<Entry>(STATEMENT, [
    account.lane,
    account.accountId,
    page.beforeSeq ?? NEWEST,
    limit,
  ]);
  const last = entries.at(-1);
  // The first entry of all has number 1, so a full page that ends there is the last one.
  const more = entries.length === limit && last !== undefined && last.seq > 1n;
  return { entries, nextBeforeSeq: more ? last.seq : undefined };
}
