import { columns, type Tx } from '@causeway/db';
import type { Books, ChangedAccount, NewTransfer } from './books.ts';

/**
 * Inserts the transfers and updates each touched account once. An account must still have the
 * `seq` with which it was read, or the fence fails the statement with a serialization failure.
 * The unique keys see to the transfers; ON CONFLICT would look into each index twice, which made
 * the insert take half as long again.
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
 * transaction. The books must not be used again. Throws an error with code 40001, on which
 * `Database.transaction` repeats the whole, where another writer came in between.
 */
export async function writeBooks(tx: Tx, books: Books): Promise<void> {
  const transfers = books.newTransfers();
  if (transfers.length === 0) return;
  const accounts = books.changedAccounts();
  const params = [...transferColumns(transfers), ...accountColumns(accounts)];
  try {
    await tx.query(WRITE, [...params, transfers.length, accounts.length]);
  } catch (error) {
    throw tookOurId(error) ? new Overtaken(error) : error;
  }
}

/** Another writer took an id, or resolved a hold, after the books were read. */
class Overtaken extends Error {
  override readonly name = 'Overtaken';
  readonly code = '40001';

  constructor(cause: unknown) {
    super('another writer decided one of these transfers first', { cause });
  }
}

function tookOurId(error: unknown): boolean {
  const violation = error instanceof Error && 'code' in error && error.code === '23505';
  return violation && 'table' in error && error.table === 'ledger_transfers';
}

function transferColumns(rows: readonly NewTransfer[]): string[] {
  return columns(
    rows,
    ({ transfer }) => transfer.lane,
    ({ transfer }) => transfer.transferId,
    ({ transfer }) => transfer.kind,
    ({ outcome }) => outcome,
    ({ transfer }) => transfer.debit,
    ({ transfer }) => transfer.credit,
    ({ transfer }) => transfer.currencyCode,
    ({ transfer }) => transfer.amountMinor,
    ({ transfer }) => transfer.holdId,
    ({ linkId }) => linkId,
    ({ transfer }) => transfer.code,
    ({ transfer }) => transfer.reference,
    ({ effect }) => effect?.heldMinor,
    ({ effect }) => effect?.debitSeq,
    ({ effect }) => effect?.creditSeq,
    ({ effect }) => effect?.debitBalanceMinor,
    ({ effect }) => effect?.creditBalanceMinor,
  );
}

function accountColumns(rows: readonly ChangedAccount[]): string[] {
  return columns(
    rows,
    ({ account }) => account.lane,
    ({ account }) => account.accountId,
    ({ loadedSeq }) => loadedSeq,
    ({ account }) => account.seq,
    ({ account }) => account.debitsPosted,
    ({ account }) => account.creditsPosted,
    ({ account }) => account.debitsHeld,
    ({ account }) => account.creditsHeld,
  );
}
