import { type Money, type Payment, PaymentMethod, PaymentState } from '@causeway/proto/common';
import { maskCode } from './keys.ts';
import { isCancelling } from './machine/journey.ts';
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
    cancelling: isCancelling(payment),
    acquirerClearingDate: payment.acquirerClearingDate ?? '',
    issuerClearingDate: payment.issuerClearingDate ?? '',
    createTime: payment.createdAt,
    updateTime: payment.updatedAt,
    expireTime: payment.expiresAt,
    // Neither a live code nor an issuer's own reference leaves routing but to the issuer.
    payerReference: maskCode(payment.payerReference),
    orderDescription: payment.orderDescription,
    agreementId: payment.method === PaymentMethod.AGREEMENT ? payment.payerReference : '',
    tipAmount: payment.journey?.tipAmount,
    partnerReference: payment.journey?.partnerReference ?? '',
    settlementAmount: payment.settlement?.amount,
    settlementRate: payment.settlement?.rate ?? '',
  };
}

/** The payment as its payer's wallet operator sees it, whom no acquirer's agreement concerns. */
export function payerViewOf(payment: PaymentRecord): Payment {
  return { ...viewOf(payment), settlementAmount: undefined, settlementRate: '' };
}

function inCurrencyOf(amount: Money | undefined, amountMinor: bigint): Money | undefined {
  return amount && { currencyCode: amount.currencyCode, amountMinor };
}
