import { type RowColumn, rowArray } from '@causeway/db';
import type { AccountRef } from './account.ts';
import { ACCOUNT_COLUMNS, type AccountRow, accountFrom } from './account-row.ts';
import { Books, type TransferRefs } from './books.ts';
import type { LedgerTx } from './remembered.ts';
import type { RecordedTransfer, Transfer } from './transfer.ts';

/**
 * Reads accounts, and the earlier transfers and holds, in one round trip. With a lock, it is taken
 * in the order of (lane, account id), so that two writers never wait for each other.
 *
 * Earlier transfers are seen as they were before waiting for the locks. A rival that took an id
 * or resolved a hold in that moment is found by the unique keys when the books are written, and
 * the transaction is repeated. Accounts that were not locked are fenced by their `seq` alike.
 *
 * Each row is looked up by its whole key, whatever the planner believes: a plan made while the
 * tables were nearly empty would else read all of them for every batch until they are analysed.
 */
const load = (lock: 'FOR NO KEY UPDATE' | 'OFFSET 0') => `
  WITH found AS MATERIALIZED (
    SELECT a.*
      FROM (SELECT * FROM unnest($1::ledger_key_v1[]) ORDER BY lane, id) AS asked
     CROSS JOIN LATERAL (
       SELECT ${ACCOUNT_COLUMNS} FROM ledger_accounts a
        WHERE a.lane = asked.lane AND a.account_id = asked.id
        ${lock}) AS a
  )
  SELECT found.*, NULL::json AS transfer FROM found
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
    FROM unnest($2::ledger_key_v1[]) AS asked
   CROSS JOIN LATERAL (
     SELECT * FROM ledger_transfers t
      WHERE t.lane = asked.lane AND t.transfer_id = asked.id OFFSET 0) AS t`;

const LOCK = load('FOR NO KEY UPDATE');
const READ = load('OFFSET 0');

/**
 * Opens the books on all that these transfers may touch, and on further accounts that the caller
 * wants to look at. In a plain transaction the accounts are locked until it ends; in one of
 * `RememberedAccounts` those that are known are not even read, and the write is fenced.
 */
export async function loadBooks(
  tx: LedgerTx,
  transfers: readonly TransferRefs[],
  further: readonly AccountRef[] = [],
): Promise<Books> {
  const books = new Books(transfers, further);
  const { memory } = tx;
  const toRead = books.accountRefs().filter(({ lane, id }) => {
    const known = memory?.get(lane, id);
    if (known !== undefined) books.loadAccount(known);
    return known === undefined;
  });
  const params = [keys(toRead), keys(books.transferRefs())];
  for (const row of await tx.query<Row>(memory ? READ : LOCK, params)) {
    if (row.transfer === null) books.loadAccount(accountFrom(row));
    else books.loadTransfer(recordFrom(row), row.transfer.resolved);
  }
  return books;
}

interface Key {
  lane: number;
  id: string;
}

const KEY_COLUMNS: RowColumn<Key>[] = [
  { type: 'smallint', of: ({ lane }) => lane },
  { type: 'uuid', of: ({ id }) => id },
];

function keys(refs: readonly Key[]) {
  return rowArray('ledger_key_v1', refs, KEY_COLUMNS);
}

/** A transfer's row, with its id in the account's place. */
interface TransferRow {
  lane: number;
  account_id: string;
  currency_code: string;
  transfer: Pick<Transfer, 'kind' | 'debit' | 'credit' | 'code' | 'reference'> & {
    outcome: RecordedTransfer['outcome'];
    amountMinor: string;
    holdId: string | null;
    linkId: string | null;
    resolved: boolean;
  };
}

type Row = (AccountRow & { transfer: null }) | TransferRow;

function recordFrom(row: TransferRow): RecordedTransfer {
  const { kind, debit, credit, code, reference, holdId, linkId, outcome } = row.transfer;
  const transfer: Transfer = {
    lane: row.lane,
    transferId: row.account_id,
    kind,
    debit,
    credit,
    currencyCode: row.currency_code,
    amountMinor: BigInt(row.transfer.amountMinor),
    holdId: holdId ?? undefined,
    code,
    reference,
  };
  return { transfer, linkId: linkId ?? undefined, outcome };
}
