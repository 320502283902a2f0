import { columns, type Queryable } from '@causeway/db';
import type { Account, AccountRef, Side } from './account.ts';
import { ACCOUNT_COLUMNS, type AccountRow, accountFrom } from './account-row.ts';
import { LaneMap } from './lane-map.ts';
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
  const found = new LaneMap<Account>();
  for (const row of rows) found.set(row.lane, row.account_id, accountFrom(row));
  return accounts.map(({ lane, accountId }) => found.get(lane, accountId));
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

/**
 * Each side is read backwards along its own index and cut before both are merged. Through the
 * view, Postgres would sort all that a busy account ever did to answer one page.
 */
const STATEMENT = `
  SELECT * FROM (
    (${newestOn('debit', 'credit')}) UNION ALL (${newestOn('credit', 'debit')})
  ) AS entries
   ORDER BY seq DESC
   LIMIT $4`;

function newestOn(side: Side, other: Side): string {
  return `
    SELECT ${side}_seq AS seq, '${side}'::text AS side, kind,
           CASE WHEN kind IN ('post', 'capture') THEN amount_minor ELSE 0 END AS "postedMinor",
           held_minor AS "heldMinor", ${side}_balance_minor AS "balanceMinor",
           currency_code AS "currencyCode", transfer_id AS "transferId",
           ${other}_account_id AS "otherAccountId", code, reference, recorded_at AS "postedAt"
      FROM ledger_transfers
     WHERE lane = $1 AND ${side}_account_id = $2 AND ${side}_seq < $3 AND outcome = 'posted'
     ORDER BY ${side}_seq DESC
     LIMIT $4`;
}

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
