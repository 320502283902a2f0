import { PaymentMethod } from '@causeway/proto/common';
import { isUuid, laneOf, type Runtime } from '@causeway/runtime';
import { refuse } from '../errors.ts';
import type { PaymentBook } from './book.ts';
import type { PaymentRecord } from './record.ts';

/**
 * A payment as a wallet operator may see it: its own users' payments, and orders that nobody has
 * confirmed. All others do not exist for it: PAYMENT_UNKNOWN.
 */
export async function getPayerPayment(
  { book, runtime }: { book: PaymentBook; runtime: Runtime },
  issuerId: string,
  paymentId: string,
): Promise<{ payment: PaymentRecord; awaitsPayer: boolean }> {
  const key = isUuid(paymentId) ? { lane: laneOf(paymentId), paymentId } : undefined;
  const payment = key && (await book.read(key));
  if (!payment || !isVisibleTo(payment, issuerId)) {
    throw refuse('PAYMENT_UNKNOWN', 'this wallet operator has no such payment');
  }
  const { step, expiresAt } = payment;
  const isOver = (expiresAt?.getTime() ?? 0) <= runtime.clock.nowMs();
  return { payment, awaitsPayer: step === 'AWAIT_PAYER' && !isOver };
}

function isVisibleTo({ issuerId, method }: PaymentRecord, asker: string): boolean {
  if (issuerId !== undefined) return issuerId === asker;
  return method === PaymentMethod.CASHIER || method === PaymentMethod.MERCHANT_QR;
}
