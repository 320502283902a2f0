import type { CreateRefundRequest, CreateRefundResponse } from '@causeway/proto/acquiring';
import { Fields } from '../fields.ts';
import type { Caller, Routed } from '../routed.ts';

/** What gives back what a late exit saves is named so; no operator can take the name before it. */
export const LATE_TAP = 'late-tap';

/** Gives back a part or all of a payment. Throws what the proto names. */
export async function createRefund(
  routed: Routed,
  caller: Caller,
  request: CreateRefundRequest,
): Promise<CreateRefundResponse> {
  checkCreateRefund(request);
  const { partnerId } = caller;
  return routed.ask('create_refund', caller, (routing, options) =>
    routing.createRefund({ ...request, partnerId }, options),
  );
}

/** Judges a refund request by itself. Throws FIELD_INVALID, AMOUNT_INVALID, CURRENCY_UNKNOWN. */
function checkCreateRefund(request: CreateRefundRequest): void {
  const fields = new Fields();
  fields.uuid('payment_id', request.paymentId);
  fields.identifier('refund_request_id', request.refundRequestId);
  if (request.refundRequestId === LATE_TAP) {
    fields.wrong('refund_request_id', `"${LATE_TAP}" is taken by rides`);
  }
  fields.payable('payee_amount', request.payeeAmount);
  fields.text('reason', request.reason, { min: 0, max: 256 });
  fields.refuse();
}
