import { columns, type Tx } from '@causeway/db';
import type { Account, AccountRef } from './account.ts';
import { ACCOUNT_COLUMNS, type AccountRow, accountFrom } from './account-row.ts';
import { Books, keyOf } from './books.ts';
import type { RecordedTransfer, Transfer } from './transfer.ts';

/** What of a transfer says which rows it needs: a whole transfer, or a plan that may yet be dropped. */
export type TransferRefs = Pick<Transfer, 'lane' | 'transferId' | 'debit' | 'credit' | 'holdId'>;

/**
 * Locks and reads accounts, and reads the earlier transfers and holds, in one round trip. Locks
 * are taken in the order of (lane, account id), so that two writers never wait for each other.
 *
 * Earlier transfers are seen as they were before waiting for the locks. A rival that took an id
 * or resolved a hold in that moment is found by the unique keys when the books are written, and
 * the transaction is repeated.
 */
const LOAD = `
  WITH locked AS MATERIALIZED (
    SELECT ${ACCOUNT_COLUMNS}
      FROM unnest($1::smallint[], $2::uuid[]) AS asked (lane, account_id)
      JOIN ledger_accounts a ON a.lane = asked.lane AND a.account_id = asked.account_id
     ORDER BY a.lane, a.account_id
       FOR NO KEY UPDATE OF a
  )
  SELECT locked.*, NULL::json AS transfer FROM locked
  UNION ALL
  SELECT t.lane, t.transfer_id, t.currency_code, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
         json_build_object(
           'kind', t.kind, 'outcome', t.outcome,
           'debit', t.debit_account_id, 'credit', t.credit_account_id,
           'amountMinor', t.amount_minor::text, 'holdId', t.hold_id, 'linkId', t.link_id,
           'code', t.code, 'reference', t.reference,
           'resolved', t.kind = 'hold' AND EXISTS (
             SELECT FROM ledger_transfers r
              WHERE r.lane = t.lane AND r.hold_id = t.transfer_id AND r.outcome = 'posted'))
    FROM unnest($3::smallint[], $4::uuid[]) AS asked (lane, transfer_id)
    JOIN ledger_transfers t ON t.lane = asked.lane AND t.transfer_id = asked.transfer_id`;

/**
 * Opens the books on all that these transfers may touch, and on further accounts that the caller
 * wants to look at, and locks the accounts until the transaction ends.
 */
export async function loadBooks(
  tx: Tx,
  transfers: readonly TransferRefs[],
  further: readonly AccountRef[] = [],
): Promise<Books> {
  const accounts = distinct([
    ...transfers.flatMap(({ lane, debit, credit }) => [
      { lane, id: debit },
      { lane, id: credit },
    ]),
    ...further.map(({ lane, accountId }) => ({ lane, id: accountId })),
  ]);
  const ids = distinct(
    transfers.flatMap(({ lane, transferId, holdId }) =>
      holdId === undefined
        ? [{ lane, id: transferId }]
        : [
            { lane, id: transferId },
            { lane, id: holdId },
          ],
    ),
  );
  const rows = await tx.query<Row>(LOAD, [...keyColumns(accounts), ...keyColumns(ids)]);
  return booksFrom(accounts, ids, rows);
}

interface Key {
  lane: number;
  id: string;
}

type Asked = ReadonlyMap<string, Key>;

function distinct(keys: readonly Key[]): Asked {
  return new Map(keys.map((key) => [keyOf(key.lane, key.id), key]));
}

function keyColumns(asked: Asked): string[] {
  const keys = [...asked.values()];
  return columns(
    keys,
    ({ lane }) => lane,
    ({ id }) => id,
  );
}

/** A transfer's row, with its id in the account's place. */
interface TransferRow {
  lane: number;
  account_id: string;
  currency_code: string;
  transfer: Pick<
    RecordedTransfer,
    'kind' | 'outcome' | 'debit' | 'credit' | 'code' | 'reference'
  > & {
    amountMinor: string;
    holdId: string | null;
    linkId: string | null;
    resolved: boolean;
  };
}

type Row = (AccountRow & { transfer: null }) | TransferRow;

function booksFrom(accountsAsked: Asked, transfersAsked: Asked, rows: readonly Row[]): Books {
  const accounts = absent<Account>(accountsAsked);
  const transfers = absent<RecordedTransfer>(transfersAsked);
  const resolvedHolds = new Set<string>();
  for (const row of rows) {
    const key = keyOf(row.lane, row.account_id);
    if (row.transfer === null) {
      accounts.set(key, accountFrom(row));
    } else {
      transfers.set(key, transferFrom(row));
      if (row.transfer.resolved) resolvedHolds.add(key);
    }
  }
  return new Books({ accounts, transfers, resolvedHolds });
}

function absent<T>(asked: Asked): Map<string, T | undefined> {
  return new Map([...asked.keys()].map((key) => [key, undefined]));
}

function transferFrom({
  lane,
  account_id,
  currency_code,
  transfer,
}: TransferRow): RecordedTransfer {
  const { kind, outcome, debit, credit, code, reference } = transfer;
  return {
    ...{ lane, transferId: account_id, kind, outcome, debit, credit, code, reference },
    currencyCode: currency_code,
    amountMinor: BigInt(transfer.amountMinor),
    holdId: transfer.holdId ?? undefined,
    linkId: transfer.linkId ?? undefined,
  };
}
