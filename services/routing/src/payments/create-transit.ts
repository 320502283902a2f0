import { PaymentMethod } from '@causeway/proto/common';
import type { CreateTransitPaymentRequest } from '@causeway/proto/routing';
import { refuse } from '../errors.ts';
import { type CreateDeps, charge } from './create.ts';
import type { Answer } from './earlier.ts';
import { rideRequestIdOf, tapPaymentIdOf, tapReferenceOf, transitFingerprint } from './keys.ts';

/**
 * Charges a ride, or a loss that its wallet operator bears, or answers the payment that was made of it
 * before. The id follows from the
 * tap alone, so that whoever uploads it, and whatever was lost meanwhile, it is debited once.
 * Refuses IDEMPOTENCY_KEY_REUSED where the tap began another ride, DEPENDENCY_UNAVAILABLE where
 * nothing was recorded.
 */
export function createTransitPayment(
  deps: CreateDeps,
  ride: CreateTransitPaymentRequest,
  deadlineMs: number,
): Promise<Answer> {
  const { partnerId, issuerId, firstTap, payeeAmount, merchant, orderDescription } = ride;
  if (!firstTap) throw refuse('FIELD_INVALID', 'first_tap is missing');
  const paymentId = tapPaymentIdOf(issuerId, firstTap);
  const merchantId = merchant?.reference?.merchantId ?? '';
  const paymentRequestId = rideRequestIdOf(paymentId);
  return charge(deps, {
    request: { partnerId, paymentRequestId, payeeAmount, merchant, orderDescription },
    ...{ paymentId, deadlineMs },
    payer: {
      method: PaymentMethod.TRANSIT,
      issuer: deps.directory.view.issuers.get(issuerId),
      reference: tapReferenceOf(firstTap),
      fingerprint: transitFingerprint(partnerId, payeeAmount, merchantId),
    },
  });
}
