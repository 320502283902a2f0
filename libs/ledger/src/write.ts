import { laneStatement, queryLanes, type RowColumn, rowArray, type Tx } from '@causeway/db';
import type { Books, ChangedAccount, NewTransfer } from './books.ts';

/**
 * Inserts the transfers and updates each touched account once. An account must still have the
 * `seq` with which it was read, or the fence fails the statement with a serialization failure.
 * The unique keys see to the transfers; ON CONFLICT would look into each index twice, which made
 * the insert take half as long again.
 */
const WRITE = laneStatement(
  5,
  (within) => `
  WITH inserted AS (
    INSERT INTO ledger_transfers (
      lane, transfer_id, kind, outcome, debit_account_id, credit_account_id, currency_code,
      amount_minor, hold_id, link_id, code, reference, held_minor, debit_seq, credit_seq,
      debit_balance_minor, credit_balance_minor)
    SELECT * FROM unnest($1::ledger_transfer_v1[])
    RETURNING 1
  ), updated AS (
    UPDATE ledger_accounts a
       SET seq = new.seq, debits_posted = new.debits_posted, credits_posted = new.credits_posted,
           debits_held = new.debits_held, credits_held = new.credits_held
      FROM unnest($2::ledger_totals_v1[]) AS new
     WHERE a.lane = new.lane AND a.account_id = new.account_id AND a.seq = new.loaded_seq
       ${within('a.lane')}
    RETURNING 1
  )
  SELECT ledger_fence(
    $3::bigint, (SELECT count(*) FROM inserted), $4::bigint, (SELECT count(*) FROM updated))`,
);

const TRANSFER_COLUMNS: RowColumn<NewTransfer>[] = [
  { type: 'smallint', of: ({ transfer }) => transfer.lane },
  { type: 'uuid', of: ({ transfer }) => transfer.transferId },
  { type: 'text', of: ({ transfer }) => transfer.kind },
  { type: 'text', of: ({ outcome }) => outcome },
  { type: 'uuid', of: ({ transfer }) => transfer.debit },
  { type: 'uuid', of: ({ transfer }) => transfer.credit },
  { type: 'text', of: ({ transfer }) => transfer.currencyCode },
  { type: 'bigint', of: ({ transfer }) => transfer.amountMinor },
  { type: 'uuid', of: ({ transfer }) => transfer.holdId },
  { type: 'uuid', of: ({ linkId }) => linkId },
  { type: 'text', of: ({ transfer }) => transfer.code },
  { type: 'text', of: ({ transfer }) => transfer.reference },
  { type: 'bigint', of: ({ effect }) => effect?.heldMinor },
  { type: 'bigint', of: ({ effect }) => effect?.debitSeq },
  { type: 'bigint', of: ({ effect }) => effect?.creditSeq },
  { type: 'bigint', of: ({ effect }) => effect?.debitBalanceMinor },
  { type: 'bigint', of: ({ effect }) => effect?.creditBalanceMinor },
];

const TOTALS_COLUMNS: RowColumn<ChangedAccount>[] = [
  { type: 'smallint', of: ({ account }) => account.lane },
  { type: 'uuid', of: ({ account }) => account.accountId },
  { type: 'bigint', of: ({ loadedSeq }) => loadedSeq },
  { type: 'bigint', of: ({ account }) => account.seq },
  { type: 'bigint', of: ({ account }) => account.debitsPosted },
  { type: 'bigint', of: ({ account }) => account.creditsPosted },
  { type: 'bigint', of: ({ account }) => account.debitsHeld },
  { type: 'bigint', of: ({ account }) => account.creditsHeld },
];

/**
 * Makes everything decided in the books durable, in one round trip and within the caller's
 * transaction. The books must not be used again. Throws an error with code 40001, on which
 * `Database.transaction` repeats the whole, where another writer came in between.
 */
export async function writeBooks(tx: Tx, books: Books): Promise<void> {
  const transfers = books.newTransfers();
  if (transfers.length === 0) return;
  const accounts = books.changedAccounts();
  const params = [
    rowArray('ledger_transfer_v1', transfers, TRANSFER_COLUMNS),
    rowArray('ledger_totals_v1', accounts, TOTALS_COLUMNS),
  ];
  try {
    const counts = [transfers.length, accounts.length];
    const touched = accounts.map(({ account }) => account);
    await queryLanes(tx, WRITE, [...params, ...counts], touched);
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
  return violation && 'table' in error && String(error.table).startsWith('ledger_transfers');
}
