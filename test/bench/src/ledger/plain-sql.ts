import type { Database } from '@causeway/db';
import type { Transfer, TransferResult } from '@causeway/ledger';

const LOCK = `
  SELECT account_id, normal_side, may_go_negative, debits_posted, credits_posted, debits_held, seq
    FROM ledger_accounts WHERE lane = $1 AND account_id IN ($2, $3)
   ORDER BY account_id FOR NO KEY UPDATE`;
const INSERT = `
  INSERT INTO ledger_transfers (
    lane, transfer_id, kind, outcome, debit_account_id, credit_account_id, currency_code,
    amount_minor, code, reference, held_minor, debit_seq, credit_seq, debit_balance_minor,
    credit_balance_minor)
  VALUES ($1, $2, 'post', 'posted', $3, $4, $5, $6, $7, $8, 0, $9, $10, $11, $12)`;
const UPDATE = `
  UPDATE ledger_accounts SET seq = seq + 1,
    debits_posted = debits_posted + CASE account_id WHEN $2 THEN $4::bigint ELSE 0 END,
    credits_posted = credits_posted + CASE account_id WHEN $3 THEN $4::bigint ELSE 0 END
   WHERE lane = $1 AND account_id IN ($2, $3)`;

interface Row {
  account_id: string;
  debits_posted: bigint;
  credits_posted: bigint;
  debits_held: bigint;
  seq: bigint;
}

/**
 * Posts one transfer in a transaction of its own, as one would write it by hand: lock both
 * accounts, check, insert the transfer, update the accounts. It keeps every rule of the ledger's
 * tables, and makes no use of anything that makes a batch cheap. For transfers that are posted.
 */
export async function postPlainly(db: Database, transfer: Transfer): Promise<TransferResult> {
  const { lane, transferId, debit, credit, currencyCode, amountMinor, code, reference } = transfer;
  return db.transaction(async (tx) => {
    const rows = await tx.query<Row>(LOCK, [lane, debit, credit]);
    const payer = rows.find(({ account_id }) => account_id === debit);
    const payee = rows.find(({ account_id }) => account_id === credit);
    if (!payer || !payee) throw new Error(`transfer ${transferId}: an account is missing`);
    const payerMinor = payer.credits_posted - payer.debits_posted - amountMinor;
    const payeeMinor = payee.credits_posted - payee.debits_posted + amountMinor;
    if (payerMinor - payer.debits_held < 0n) throw new Error(`transfer ${transferId}: no funds`);
    const numbers = [payer.seq + 1n, payee.seq + 1n, payerMinor, payeeMinor];
    await tx.query(INSERT, [
      ...[lane, transferId, debit, credit, currencyCode, amountMinor, code, reference],
      ...numbers,
    ]);
    await tx.query(UPDATE, [lane, debit, credit, amountMinor]);
    return { transferId, outcome: 'posted', replay: false };
  });
}
