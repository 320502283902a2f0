import { isUuid, laneOf } from '@causeway/runtime';
import { refuse } from '../errors.ts';
import type { PaymentBook } from './book.ts';
import { paymentIdNamed } from './keys.ts';
import type { PaymentRecord } from './record.ts';

/** A payment of this partner. Those of others do not exist for it: PAYMENT_UNKNOWN. */
export async function getPayment(
  book: PaymentBook,
  partnerId: string,
  key: { paymentId: string } | { paymentRequestId: string },
): Promise<PaymentRecord> {
  const paymentId =
    'paymentId' in key ? key.paymentId : paymentIdNamed(partnerId, key.paymentRequestId);
  const payment = isUuid(paymentId)
    ? await book.read({ lane: laneOf(paymentId), paymentId })
    : undefined;
  if (payment?.partnerId !== partnerId) {
    throw refuse('PAYMENT_UNKNOWN', 'this partner has no such payment');
  }
  return payment;
}
