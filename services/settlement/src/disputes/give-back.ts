import type { RoutingServiceService } from '@causeway/proto/routing';
import type { Client } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import type { Dispute, GivenBack } from './dispute.ts';

/** Gives back what was granted; undefined where nothing was left. Throws where it is not known. */
export type GiveBack = (dispute: Dispute) => Promise<GivenBack | undefined>;

/** Answers by which routing says, for good, that the payment has nothing left. */
const NOTHING_LEFT = ['REFUND_EXCEEDS_PAYMENT', 'PAYMENT_NOT_SUCCEEDED'];

/**
 * Has routing refund the payment, which decides it on the payment's row together with all other
 * refunds. Idempotent by the dispute, so it is asked until it answers.
 */
export function giveBackBy(
  routing: Pick<Client<typeof RoutingServiceService>, 'refundDispute'>,
): GiveBack {
  return async ({ disputeId, paymentId, partnerId, currencyCode, grantedMinor = 0n }) => {
    try {
      const { refund } = await routing.refundDispute({
        ...{ disputeId, paymentId, partnerId },
        grantedAmount: { currencyCode, amountMinor: grantedMinor },
      });
      if (!refund?.payeeAmount || !refund.payerAmount) throw new Error('a refund without amounts');
      const { refundId, payeeAmount, payerAmount } = refund;
      return { refundId, payeeMinor: payeeAmount.amountMinor, payer: payerAmount };
    } catch (error) {
      if (error instanceof Refusal && NOTHING_LEFT.includes(error.reason)) return undefined;
      throw error;
    }
  };
}
