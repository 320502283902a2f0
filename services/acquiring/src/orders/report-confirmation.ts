import type {
  ReportConfirmationRequest,
  ReportConfirmationResponse,
} from '@causeway/proto/acquiring';
import { Fields } from '../fields.ts';
import type { Caller, Routed } from '../routed.ts';

/** Passes a partner's hint on that its connector has news of a payment. Throws PAYMENT_UNKNOWN. */
export async function reportConfirmation(
  routed: Routed,
  caller: Caller,
  { paymentId }: ReportConfirmationRequest,
): Promise<ReportConfirmationResponse> {
  const fields = new Fields();
  fields.uuid('payment_id', paymentId);
  fields.refuse();
  const { partnerId } = caller;
  return routed.ask('report_confirmation', caller, (routing, options) =>
    routing.reportConfirmation({ partnerId, paymentId }, options),
  );
}
