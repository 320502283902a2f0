import { type Refund, RefundState } from '@causeway/proto/common';
import type { RefundRecord } from '../payments/record.ts';

/** The refund as it is answered and published. */
export function refundView(refund: RefundRecord): Refund {
  return {
    refundId: refund.refundId,
    paymentId: refund.paymentId,
    refundRequestId: refund.refundRequestId,
    state: refund.state === 'PENDING' ? RefundState.PENDING : RefundState.SUCCEEDED,
    payeeAmount: refund.payeeAmount,
    payerAmount: refund.payerAmount,
    reason: refund.reason,
    createTime: refund.createdAt,
    updateTime: refund.updatedAt,
    acquirerClearingDate: refund.acquirerClearingDate ?? '',
    issuerClearingDate: refund.issuerClearingDate ?? '',
    settlementAmount: refund.settlementAmount,
  };
}
