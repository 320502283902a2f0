import {
  DeclineReason,
  Payment,
  PaymentMethod,
  PaymentState,
  Refund,
  RefundState,
} from '@causeway/proto/common';
import { jsonOf } from '@causeway/proto/json';
import { cursorOf } from '../feed/watch-payments.ts';
import type { ClaimedDelivery } from './delivery-store.ts';

/**
 * The body of a message: `type` and `timestamp` as the convention names them, and in `data` what
 * WatchPayments sends of the same line. The same line is the same body, at every attempt.
 */
export function bodyOf(line: ClaimedDelivery): string {
  const { partnerId, seq, kind, occurredAt, payment, refund } = line;
  return JSON.stringify({
    type: kind,
    timestamp: occurredAt.toISOString(),
    data: {
      cursor: cursorOf(partnerId, seq),
      payment: jsonOf(Payment.decode(payment), {
        state: PaymentState,
        declineReason: DeclineReason,
        method: PaymentMethod,
      }),
      refund: refund === null ? null : jsonOf(Refund.decode(refund), { state: RefundState }),
    },
  });
}
