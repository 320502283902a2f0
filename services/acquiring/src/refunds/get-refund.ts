import type { GetRefundRequest, GetRefundResponse } from '@causeway/proto/acquiring';
import { Fields } from '../fields.ts';
import type { Caller, Routed } from '../routed.ts';

/** One refund as routing has it now. Throws PAYMENT_UNKNOWN, REFUND_UNKNOWN. */
export async function getRefund(
  routed: Routed,
  caller: Caller,
  request: GetRefundRequest,
): Promise<GetRefundResponse> {
  const fields = new Fields();
  fields.uuid('payment_id', request.paymentId);
  fields.identifier('refund_request_id', request.refundRequestId);
  fields.refuse();
  const { partnerId } = caller;
  return routed.ask('get_refund', caller, (routing, options) =>
    routing.getRefund({ ...request, partnerId }, options),
  );
}
