import type { Queryable } from '@causeway/db';
import { laneOf } from '@causeway/runtime';

/** Names a payment that a wallet confirmed. */
export interface ConfirmedPayment {
  walletId: string;
  paymentId: string;
}

const INSERT = `
  INSERT INTO confirmed_payments (lane, wallet_id, payment_id) VALUES ($1, $2, $3)
  ON CONFLICT DO NOTHING`;

/** Notes that the wallet's user confirmed the payment. */
export async function insertConfirmed(
  db: Queryable,
  { walletId, paymentId }: ConfirmedPayment,
): Promise<void> {
  await db.query(INSERT, [laneOf(walletId), walletId, paymentId]);
}

const IS_OURS = `
  SELECT WHERE EXISTS (SELECT FROM charges
                        WHERE lane = $1 AND payment_id = $3 AND wallet_id = $2)
            OR EXISTS (SELECT FROM confirmed_payments
                        WHERE lane = $1 AND wallet_id = $2 AND payment_id = $3)`;

/** Whether the wallet paid it, or its user confirmed it. */
export async function isPaymentOf(
  db: Queryable,
  { walletId, paymentId }: ConfirmedPayment,
): Promise<boolean> {
  return (await db.query(IS_OURS, [laneOf(walletId), walletId, paymentId])).length > 0;
}
