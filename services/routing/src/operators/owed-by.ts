import type { OwedPayment } from '@causeway/proto/routing';
import { isUuid, laneOf } from '@causeway/runtime';
import type { AttemptStore } from '../attempts/store.ts';
import { refuse } from '../errors.ts';
import type { PaymentBook } from '../payments/book.ts';
import { owedLines } from '../payments/list-owed.ts';
import type { PaymentRecord, RefundRecord } from '../payments/record.ts';

/** The payment that an operator names. Refuses PAYMENT_UNKNOWN. */
export async function paymentNamed(
  book: Pick<PaymentBook, 'read'>,
  paymentId: string,
): Promise<PaymentRecord> {
  const key = isUuid(paymentId) ? { lane: laneOf(paymentId), paymentId } : undefined;
  const payment = key && (await book.read(key));
  if (!payment) throw refuse('PAYMENT_UNKNOWN', 'there is no such payment');
  return payment;
}

/** What a payment and its refunds wait for; an order that waits for its payer owes nobody anything. */
export function owedBy(
  attempts: Pick<AttemptStore, 'of'>,
  payment: PaymentRecord,
  refunds: readonly RefundRecord[],
): Promise<OwedPayment[]> {
  const isOwed = payment.step !== 'DONE' && payment.step !== 'AWAIT_PAYER';
  const pending = refunds.filter(({ state }) => state === 'PENDING');
  return owedLines(
    attempts,
    isOwed ? [payment] : [],
    pending.map((refund) => ({ payment, refund })),
  );
}
