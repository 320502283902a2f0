import type { Queryable } from '@causeway/db';

/** A posted transfer with its accounts' names. */
export interface TransferRow {
  transferId: string;
  linkId: string | null;
  step: string;
  debitCode: string;
  debitOwner: string;
  creditCode: string;
  creditOwner: string;
  currencyCode: string;
  amountMinor: bigint;
  postedAt: Date;
}

/** All that a payment posted, its refunds included, in no particular order. */
export function transfersOfPayment(
  db: Queryable,
  lane: number,
  paymentId: string,
): Promise<TransferRow[]> {
  return db.query(
    `SELECT t.transfer_id AS "transferId", t.link_id AS "linkId", t.code AS step,
            debit.code AS "debitCode", debit.owner AS "debitOwner",
            credit.code AS "creditCode", credit.owner AS "creditOwner",
            t.currency_code AS "currencyCode", t.amount_minor AS "amountMinor",
            t.recorded_at AS "postedAt"
       FROM ledger_transfers t
       JOIN ledger_accounts debit
         ON debit.lane = t.lane AND debit.account_id = t.debit_account_id
       JOIN ledger_accounts credit
         ON credit.lane = t.lane AND credit.account_id = t.credit_account_id
      WHERE t.lane = $1 AND t.reference = $2 AND t.outcome = 'posted'
      ORDER BY t.recorded_at`,
    [lane, paymentId],
  );
}
