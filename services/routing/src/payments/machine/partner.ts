import { DeclineReason } from '@causeway/proto/common';
import type { PaymentRecord } from '../record.ts';
import { leasedAnew, stepTo, UNCHANGED } from './changes.ts';
import { askAgain, giveUp, goOn, onJourney } from './journey.ts';
import type { Decision, Moment, PartnerInput } from './types.ts';

/**
 * What follows from what the partner said, or left open. Money is captured only after it has
 * confirmed. Once a reversal is owed only its answer counts: whatever the partner says of the
 * payment besides may be about to be undone.
 */
export function partnerSaid(payment: PaymentRecord, input: PartnerInput, at: Moment): Decision {
  switch (payment.step) {
    case 'CONFIRM':
    case 'INQUIRE':
      return answered(payment, input, at);
    case 'REVERSE':
      return input.kind === 'reversed' ? reversed(payment, at) : UNCHANGED;
    default:
      return UNCHANGED;
  }
}

function answered(payment: PaymentRecord, input: PartnerInput, at: Moment): Decision {
  switch (input.kind) {
    case 'confirmed': {
      const { partnerReference } = input;
      const said = { partnerReference, reverseTime: undefined, confirmed: true };
      const confirmed = onJourney(payment, said);
      return stepTo(confirmed, 'CAPTURE', at);
    }
    case 'refused':
      // Of money that was debited before, it is another that confirmed.
      return input.final && !payment.journey?.wasCaptured
        ? giveUp(payment, input.declineReason, at)
        : goOn(payment, input.declineReason, at);
    case 'reversed':
      return goOn(payment, DeclineReason.PARTNER_UNAVAILABLE, at);
    case 'untried':
      // Only the first request is known to be the only one.
      return payment.step === 'CONFIRM'
        ? goOn(payment, DeclineReason.PARTNER_UNAVAILABLE, at)
        : doubt(payment, at);
    case 'doubtful':
      return doubt(payment, at);
  }
}

/** Asks again for a while, then undoes. */
function doubt(payment: PaymentRecord, at: Moment): Decision {
  if (payment.step === 'CONFIRM') return askAgain(payment, at);
  const reverseAtMs = payment.journey?.reverseTime?.getTime() ?? 0;
  if (at.now.getTime() >= reverseAtMs) return stepTo(payment, 'REVERSE', at);
  return { outcome: 'stepped', payment: leasedAnew(payment, at) };
}

function reversed(payment: PaymentRecord, at: Moment): Decision {
  const { cancelling = false, refusal = DeclineReason.UNSPECIFIED } = payment.journey ?? {};
  if (cancelling) return stepTo(payment, 'VOID_FOR_CANCEL', at);
  if (refusal !== DeclineReason.UNSPECIFIED) return giveUp(payment, refusal, at);
  return goOn(payment, DeclineReason.PARTNER_UNAVAILABLE, at);
}
