import type { CreatePaymentRequest, CreatePaymentResponse } from '@causeway/proto/acquiring';
import { failpoint } from '@causeway/runtime';
import { agreementPayer } from '../agreements/of-payment.ts';
import type { AgreementRow } from '../agreements/store.ts';
import type { Directory } from '../directory/directory.ts';
import type { Lookup } from '../lookups.ts';
import type { Caller, Routed } from '../routed.ts';
import { checkCreatePayment } from './check.ts';

/** What the intake of payments works with. */
export interface Intake {
  directory: Directory;
  routed: Routed;
  findAgreement: Lookup<AgreementRow>;
}

/**
 * Charges a code or an agreement. Routing gets the merchant as this replica knows it now, or none
 * where the partner has no such merchant, store or terminal: it answers an earlier payment either
 * way, and only a new one is refused with MERCHANT_UNKNOWN. Throws what the proto names.
 */
export async function createPayment(
  { directory, routed, findAgreement }: Intake,
  caller: Caller,
  request: CreatePaymentRequest,
): Promise<CreatePaymentResponse> {
  checkCreatePayment(request);
  const { agreementId: _agreementId, ...content } = request;
  const { partnerId } = caller;
  const merchant = await directory.profileOf(partnerId, request);
  const agreement = await agreementPayer(findAgreement, caller, request);
  await failpoint('acquiring.payment.before_routing');
  const response = await routed.ask('create_payment', caller, (routing, options) =>
    routing.createPayment({ ...content, partnerId, merchant, agreement }, options),
  );
  await failpoint('acquiring.payment.routed');
  return response;
}
