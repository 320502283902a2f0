import type { GetPaymentRequest, GetPaymentResponse } from '@causeway/proto/acquiring';
import type { Caller, Routed } from '../routed.ts';
import { checkGetPayment } from './check.ts';

/** One payment as routing has it now, by either id. Throws PAYMENT_UNKNOWN. */
export async function getPayment(
  routed: Routed,
  caller: Caller,
  request: GetPaymentRequest,
): Promise<GetPaymentResponse> {
  checkGetPayment(request);
  return routed.ask('get_payment', caller, (routing, options) =>
    routing.getPayment({ partnerId: caller.partnerId, key: request.key }, options),
  );
}
