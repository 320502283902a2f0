import { columns, type Tx } from '@causeway/db';
import type { Books, ChangedAccount, NewTransfer } from './books.ts';

/**
 * Inserts the transfers and updates each touched account once. An account must still have the
 * `seq` with which it was read, and every transfer's id must be free, or the fence fails the
 * statement with a serialization failure.
 */
const WRITE = `
  WITH inserted AS (
    INSERT INTO ledger_transfers (
      lane, transfer_id, kind, outcome, debit_account_id, credit_account_id, currency_code,
      amount_minor, hold_id, link_id, code, reference, held_minor, debit_seq, credit_seq,
      debit_balance_minor, credit_balance_minor)
    SELECT * FROM unnest(
      $1::smallint[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[],
      $8::bigint[], $9::uuid[], $10::uuid[], $11::text[], $12::text[], $13::bigint[],
      $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[])
    ON CONFLICT DO NOTHING
    RETURNING 1
  ), updated AS (
    UPDATE ledger_accounts a
       SET seq = new.seq, debits_posted = new.debits_posted, credits_posted = new.credits_posted,
           debits_held = new.debits_held, credits_held = new.credits_held
      FROM unnest(
        $18::smallint[], $19::uuid[], $20::bigint[], $21::bigint[], $22::bigint[], $23::bigint[],
        $24::bigint[], $25::bigint[]
      ) AS new (lane, account_id, loaded_seq, seq, debits_posted, credits_posted, debits_held,
                credits_held)
     WHERE a.lane = new.lane AND a.account_id = new.account_id AND a.seq = new.loaded_seq
    RETURNING 1
  )
  SELECT ledger_fence(
    $26::bigint, (SELECT count(*) FROM inserted), $27::bigint, (SELECT count(*) FROM updated))`;

/**
 * Makes everything decided in the books durable, in one round trip and within the caller's
 * transaction. The books must not be used again. Throws 40001, which the transaction's wrapper
 * repeats, where another writer came in between.
 */
export async function writeBooks(tx: Tx, books: Books): Promise<void> {
  const transfers = books.newTransfers();
  if (transfers.length === 0) return;
  const accounts = books.changedAccounts();
  await tx.query(WRITE, [
    ...transferColumns(transfers),
    ...accountColumns(accounts),
    transfers.length,
    accounts.length,
  ]);
}

function transferColumns(rows: readonly NewTransfer[]): string[] {
  return columns(
    rows,
    (row) => row.lane,
    (row) => row.transferId,
    (row) => row.kind,
    (row) => row.outcome,
    (row) => row.debit,
    (row) => row.credit,
    (row) => row.currencyCode,
    (row) => row.amountMinor,
    (row) => row.holdId,
    (row) => row.linkId,
    (row) => row.code,
    (row) => row.reference,
    (row) => row.effect?.heldMinor,
    (row) => row.effect?.debitSeq,
    (row) => row.effect?.creditSeq,
    (row) => row.effect?.debitBalanceMinor,
    (row) => row.effect?.creditBalanceMinor,
  );
}

function accountColumns(rows: readonly ChangedAccount[]): string[] {
  return columns(
    rows,
    (row) => row.lane,
    (row) => row.accountId,
    (row) => row.loadedSeq,
    (row) => row.seq,
    (row) => row.debitsPosted,
    (row) => row.creditsPosted,
    (row) => row.debitsHeld,
    (row) => row.creditsHeld,
  );
}
