import type { CancelPaymentRequest, CancelPaymentResponse } from '@causeway/proto/acquiring';
import type { Caller, Routed } from '../routed.ts';
import { checkCancelPayment } from './check.ts';

/** Undoes a payment, or blocks one that was never seen. Throws what the proto names. */
export async function cancelPayment(
  routed: Routed,
  caller: Caller,
  request: CancelPaymentRequest,
): Promise<CancelPaymentResponse> {
  checkCancelPayment(request);
  const { partnerId } = caller;
  return routed.ask('cancel_payment', caller, (routing, options) =>
    routing.cancelPayment({ ...request, partnerId }, options),
  );
}
