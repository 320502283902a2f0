import type { Queryable } from '@causeway/db';
import { laneOf } from '@causeway/runtime';

/** One movement of a wallet, newest first, with what explains it to its owner. */
export interface StatementEntry {
  seq: bigint;
  transferId: string;
  code: 'top_up' | 'withdrawal' | 'payment' | 'cancel' | 'refund' | 'advance' | 'arrears_paid';
  /** Above zero where the wallet gained, in minor units. */
  amountMinor: bigint;
  balanceMinor: bigint;
  postedAt: Date;
  /** What the transfer belongs to: a request id, a payment id or a refund id. */
  reference: string;
  paymentId: string | null;
  /** The encoded terms of the charge. */
  terms: Buffer | null;
  /** What the merchant gave back; of refunds only. */
  refundPayeeMinor: bigint | null;
  refundPayeeCurrency: string | null;
}

/** Entries that only reserve or release do not change the posted balance and are left out. */
const STATEMENT = `
  SELECT e.seq, e.transfer_id AS "transferId", e.code,
         CASE e.side WHEN 'credit' THEN e.posted_minor ELSE -e.posted_minor END AS "amountMinor",
         e.balance_minor AS "balanceMinor", e.posted_at AS "postedAt", e.reference,
         c.payment_id AS "paymentId", c.terms, r.payee_amount_minor AS "refundPayeeMinor",
         r.payee_currency AS "refundPayeeCurrency"
    FROM ledger_entries e
    LEFT JOIN LATERAL (
      SELECT payment_id, payee_amount_minor, payee_currency FROM charge_refunds
       WHERE lane = $1 AND refund_id = CASE e.code WHEN 'refund' THEN e.reference::uuid END
      OFFSET 0
    ) AS r ON true
    LEFT JOIN LATERAL (
      SELECT payment_id, terms FROM charges
       WHERE lane = $1 AND payment_id = CASE WHEN e.code = 'refund' THEN r.payment_id
                                             WHEN e.code IN ('payment', 'cancel', 'advance')
                                             THEN e.reference::uuid END
      OFFSET 0
    ) AS c ON true
   WHERE e.lane = $1 AND e.account_id = $2 AND e.seq < $3 AND e.posted_minor <> 0
   ORDER BY e.seq DESC LIMIT $4`;

/** Entries numbered below `beforeSeq`, newest first. */
export function selectEntries(
  db: Queryable,
  walletId: string,
  beforeSeq: string,
  limit: number,
): Promise<StatementEntry[]> {
  return db.query(STATEMENT, [laneOf(walletId), walletId, beforeSeq, limit]);
}

const EXISTS = 'SELECT FROM wallets WHERE lane = $1 AND wallet_id = $2';

/** Whether there is such a wallet. */
export async function walletExists(db: Queryable, walletId: string): Promise<boolean> {
  return (await db.query(EXISTS, [laneOf(walletId), walletId])).length > 0;
}
