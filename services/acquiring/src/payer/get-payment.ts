import type { GetPayerPaymentRequest, GetPayerPaymentResponse } from '@causeway/proto/acquiring';
import { Fields } from '../fields.ts';
import type { PayerCaller, Routed } from '../routed.ts';

/** One payment of an operator's users, as it is now. Throws PAYMENT_UNKNOWN. */
export async function getPayerPayment(
  routed: Routed,
  caller: PayerCaller,
  { paymentId }: GetPayerPaymentRequest,
): Promise<GetPayerPaymentResponse> {
  const fields = new Fields();
  fields.uuid('payment_id', paymentId);
  fields.refuse();
  const { issuerId } = caller;
  const { payment } = await routed.ask('get_payer_payment', caller, (routing, options) =>
    routing.getPayerPayment({ issuerId, paymentId }, options),
  );
  return { payment };
}
