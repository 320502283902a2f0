import { isUuid, laneOf } from '@causeway/runtime';
import { refuse } from '../errors.ts';
import type { PaymentBook } from './book.ts';
import type { Worker } from './worker.ts';

/**
 * A partner says that it has news of a payment. Its connector is asked at once, so that a report
 * that is repeated or forged changes nothing. Refuses PAYMENT_UNKNOWN for payments that none of
 * this partner's routes was ever planned for.
 */
export async function reportConfirmation(
  { book, worker }: { book: PaymentBook; worker: Worker },
  partnerId: string,
  paymentId: string,
): Promise<void> {
  const key = isUuid(paymentId) ? { lane: laneOf(paymentId), paymentId } : undefined;
  const payment = key && (await book.read(key));
  const routes = payment?.journey?.routes ?? [];
  if (!payment || !routes.some((route) => route.partnerId === partnerId)) {
    throw refuse('PAYMENT_UNKNOWN', 'this partner has no such payment');
  }
  worker.nudge(payment);
}
