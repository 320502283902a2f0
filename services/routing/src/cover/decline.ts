import { DeclineReason, PaymentMethod } from '@causeway/proto/common';
import { maskCode } from '../payments/keys.ts';
import type { PaymentRecord } from '../payments/record.ts';

/**
 * The payment as it is recorded where its wallet operator's cover is exhausted. No other route would
 * do: whoever the payer's money goes to, it is the same operator that would owe it.
 */
export function declinedUncovered(payment: PaymentRecord): PaymentRecord {
  const isCode = payment.method === PaymentMethod.CODE;
  return {
    ...payment,
    ...{ state: 'DECLINED', step: 'DONE', dueAt: undefined, issuerCovered: false },
    declineReason: DeclineReason.COVER_EXHAUSTED,
    payerReference: isCode ? maskCode(payment.payerReference) : payment.payerReference,
  };
}
