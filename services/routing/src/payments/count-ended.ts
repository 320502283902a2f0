import { DeclineReason, PaymentMethod } from '@causeway/proto/common';
import { paymentDuration, paymentsDeclined, paymentsEnded } from '../metrics.ts';
import type { PaymentRecord } from './record.ts';

/** Counts a payment that has just reached its final state. */
export function countEnded(payment: PaymentRecord): void {
  const { state, partnerId: partner, issuerId: issuer = '' } = payment;
  const method = methodName(payment.method);
  paymentsEnded.add(1, { state, partner, issuer, method, corridor: corridorOf(payment) });
  if (state === 'DECLINED') {
    paymentsDeclined.add(1, { reason: reasonName(payment.declineReason), partner, issuer });
  }
  const tookMs = payment.updatedAt.getTime() - payment.createdAt.getTime();
  paymentDuration.record(tookMs / 1_000, { state, method });
}

/** What was declined before there was a price has no payer's currency, and no route to blame. */
function corridorOf({ payerAmount, payeeAmount }: PaymentRecord): string {
  return `${payerAmount?.currencyCode ?? '*'}-${payeeAmount?.currencyCode ?? '*'}`;
}

function methodName(method: PaymentMethod): string {
  return (PaymentMethod[method] ?? '').toLowerCase();
}

function reasonName(reason: DeclineReason): string {
  return (DeclineReason[reason] ?? '').toLowerCase();
}
