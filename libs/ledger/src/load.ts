import { laneStatement, queryLanes, type RowColumn, rowArray, type Tx } from '@causeway/db';
import type { AccountRef } from './account.ts';
import { ACCOUNT_COLUMNS, type AccountRow, accountFrom } from './account-row.ts';
import { Books, type TransferRefs } from './books.ts';
import type { RecordedTransfer, Transfer } from './transfer.ts';

/**
 * Locks and reads accounts, and reads the earlier transfers and holds, in one round trip. Locks
 * are taken in the order of (lane, account id), so that two writers never wait for each other.
 *
 * Earlier transfers are seen as they were before waiting for the locks. A rival that took an id
 * or resolved a hold in that moment is found by the unique keys when the books are written, and
 * the transaction is repeated.
 *
 * Each row is looked up by its whole key, whatever the planner believes: a plan made while the
 * tables were nearly empty would else read all of them for every batch until they are analysed.
 */
const LOAD = laneStatement(
  3,
  (within) => `
  WITH locked AS MATERIALIZED (
    SELECT a.*
      FROM (SELECT * FROM unnest($1::ledger_key_v1[]) ORDER BY lane, id) AS asked
     CROSS JOIN LATERAL (
       SELECT ${ACCOUNT_COLUMNS} FROM ledger_accounts a
        WHERE a.lane = asked.lane AND a.account_id = asked.id ${within('a.lane')}
          FOR NO KEY UPDATE) AS a
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
              WHERE r.lane = t.lane AND r.hold_id = t.transfer_id AND r.outcome = 'posted'
                ${within('r.lane')}))
    FROM unnest($2::ledger_key_v1[]) AS asked
   CROSS JOIN LATERAL (
     SELECT * FROM ledger_transfers t
      WHERE t.lane = asked.lane AND t.transfer_id = asked.id ${within('t.lane')} OFFSET 0) AS t`,
);

/**
 * Opens the books on all that these transfers may touch, and on further accounts that the caller
 * wants to look at, and locks the accounts until the transaction ends.
 */
export async function loadBooks(
  tx: Tx,
  transfers: readonly TransferRefs[],
  further: readonly AccountRef[] = [],
): Promise<Books> {
  const books = new Books(transfers, further);
  const [accounts, earlier] = [books.accountRefs(), books.transferRefs()];
  const params = [keys(accounts), keys(earlier)];
  const rows = await queryLanes<Row>(tx, LOAD, params, [...accounts, ...earlier]);
  for (const row of rows) {
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
