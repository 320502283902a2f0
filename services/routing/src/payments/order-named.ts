import { isUuid, laneOf } from '@causeway/runtime';
import { refuse } from '../errors.ts';
import type { PaymentBook } from './book.ts';
import { isOrderFingerprint } from './keys.ts';
import type { PaymentRecord } from './record.ts';

/**
 * The order with this id, open or not. Refuses PAYMENT_UNKNOWN: payments by code or agreement, and
 * those of scanned codes, are nobody's orders, and no wallet operator learns that they exist.
 */
export async function orderNamed(book: PaymentBook, paymentId: string): Promise<PaymentRecord> {
  const key = isUuid(paymentId) ? { lane: laneOf(paymentId), paymentId } : undefined;
  const payment = key && (await book.read(key));
  if (payment?.fingerprint && isOrderFingerprint(payment.fingerprint)) return payment;
  throw refuse('PAYMENT_UNKNOWN', 'there is no such order');
}
