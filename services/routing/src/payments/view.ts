import { type Money, type Payment, PaymentState } from '@causeway/proto/common';
import { maskCode } from './keys.ts';
import type { PaymentRecord, State } from './record.ts';

const STATES: Record<State, PaymentState> = {
  PENDING: PaymentState.PENDING,
  SUCCEEDED: PaymentState.SUCCEEDED,
  DECLINED: PaymentState.DECLINED,
  CANCELLED: PaymentState.CANCELLED,
};

/** The payment as it is answered and published. */
export function viewOf(payment: PaymentRecord): Payment {
  const { terms, payeeAmount, payerAmount } = payment;
  return {
    paymentId: payment.paymentId,
    paymentRequestId: payment.paymentRequestId,
    version: BigInt(payment.version),
    state: STATES[payment.state],
    declineReason: payment.declineReason,
    method: payment.method,
    partnerId: payment.partnerId,
    merchant: terms?.merchant,
    payeeAmount,
    payerAmount,
    conversion: terms?.conversion,
    issuerId: payment.issuerId ?? '',
    refundedPayeeAmount: inCurrencyOf(payeeAmount, payment.refundedPayeeMinor),
    refundedPayerAmount: inCurrencyOf(payerAmount, payment.refundedPayerMinor),
    cancelling: payment.step === 'VOID_FOR_CANCEL',
    acquirerClearingDate: payment.acquirerClearingDate ?? '',
    issuerClearingDate: payment.issuerClearingDate ?? '',
    createTime: payment.createdAt,
    updateTime: payment.updatedAt,
    expireTime: payment.expiresAt,
    payerReference: maskedReference(payment),
    orderDescription: payment.orderDescription,
    agreementId: '',
    tipAmount: undefined,
    partnerReference: '',
  };
}

function inCurrencyOf(amount: Money | undefined, amountMinor: bigint): Money | undefined {
  return amount && { currencyCode: amount.currencyCode, amountMinor };
}

/** A live code never leaves routing but to the issuer. */
function maskedReference(payment: PaymentRecord): string {
  return payment.step === 'DONE' ? payment.payerReference : maskCode(payment.payerReference);
}
