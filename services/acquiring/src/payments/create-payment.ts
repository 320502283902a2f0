import type { CreatePaymentRequest, CreatePaymentResponse } from '@causeway/proto/acquiring';
import { failpoint } from '@causeway/runtime';
import type { Directory } from '../directory/directory.ts';
import type { Caller, Routed } from '../routed.ts';
import { checkCreatePayment } from './check.ts';

/** What the intake of payments works with. */
export interface Intake {
  directory: Directory;
  routed: Routed;
}

/**
 * Charges a code. Routing gets the merchant as this replica knows it now, or none where the
 * partner has no such merchant, store or terminal: it answers an earlier payment either way, and
 * only a new one is refused with MERCHANT_UNKNOWN. Throws what the proto names.
 */
export async function createPayment(
  { directory, routed }: Intake,
  caller: Caller,
  request: CreatePaymentRequest,
): Promise<CreatePaymentResponse> {
  checkCreatePayment(request);
  const { partnerId } = caller;
  const merchant = directory.profileOf(partnerId, request);
  await failpoint('acquiring.payment.before_routing');
  const response = await routed.ask('create_payment', caller, (routing, options) =>
    routing.createPayment({ ...request, partnerId, merchant, agreement: undefined }, options),
  );
  await failpoint('acquiring.payment.routed');
  return response;
}
