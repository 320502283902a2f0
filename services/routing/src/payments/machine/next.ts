import { DeclineReason } from '@causeway/proto/common';
import type { PaymentRecord } from '../record.ts';
import { end, refused, stepTo, UNCHANGED } from './changes.ts';
import { issuerSaid } from './charge.ts';
import { cancelling, isCancelling } from './journey.ts';
import { confirmedByPayer, expired } from './order.ts';
import { partnerSaid } from './partner.ts';
import { refund, refunded } from './refund.ts';
import type { Decision, Input, Moment } from './types.ts';

/**
 * The payment machine: what becomes of a payment when something happens to it. Pure; whoever
 * loses the race for the version reads again and asks again.
 *
 * PENDING → SUCCEEDED | DECLINED | CANCELLED, and SUCCEEDED → CANCELLED only by the acquirer's
 * cancel, in full, while nothing is refunded and its clearing days take cancels. CANCELLED, and a
 * decline by the switch itself, come only after everybody who may have been called has answered
 * the fence: the partner first, then the issuer.
 */
export function next(payment: PaymentRecord, input: Input, at: Moment): Decision {
  switch (input.kind) {
    case 'payer':
      return confirmedByPayer(payment, input.consent, at);
    case 'expired':
      return expired(payment, at);
    case 'charged':
      return issuerSaid(payment, input.charge, at);
    case 'unseen':
      return unseen(payment, at);
    case 'fenced':
      return fenced(payment, at);
    case 'confirmed':
    case 'refused':
    case 'untried':
    case 'doubtful':
    case 'reversed':
      return partnerSaid(payment, input, at);
    case 'cancel':
      return cancel(payment, at);
    case 'refund':
      return refund(payment, input.refund, at);
    case 'refunded':
      return refunded(payment, input.refund, at);
  }
}

function unseen(payment: PaymentRecord, at: Moment): Decision {
  switch (payment.step) {
    case 'CHARGE':
    case 'HOLD':
    case 'TAKE_OVER':
      return stepTo(payment, 'VOID_FOR_EXPIRY', at);
    default:
      return UNCHANGED;
  }
}

function fenced(payment: PaymentRecord, at: Moment): Decision {
  switch (payment.step) {
    case 'VOID_FOR_CANCEL':
      return end(payment, at, 'CANCELLED');
    case 'VOID_FOR_EXPIRY':
      return end(payment, at, 'DECLINED', DeclineReason.EXPIRED);
    case 'VOID_FOR_REFUSAL':
      return end(payment, at, 'DECLINED', refusalOf(payment));
    default:
      return UNCHANGED;
  }
}

function refusalOf({ journey }: PaymentRecord): DeclineReason {
  return journey?.refusal || DeclineReason.REFUSED_BY_PARTNER;
}

function cancel(payment: PaymentRecord, at: Moment): Decision {
  if (isCancelling(payment)) return UNCHANGED;
  // Nobody has been called for an order that waits: this commit is the fence.
  if (payment.step === 'AWAIT_PAYER') return end(payment, at, 'CANCELLED');
  switch (payment.state) {
    case 'CANCELLED':
      return UNCHANGED;
    case 'DECLINED':
      return refused('PAYMENT_DECLINED');
    case 'SUCCEEDED':
      if (payment.refundedPayeeMinor > 0n) return refused('PAYMENT_REFUNDED');
      if (!at.cancelOpen) return refused('CANCEL_TOO_LATE');
      break;
    case 'PENDING':
      break;
  }
  const wasCaptured = payment.state === 'SUCCEEDED';
  // What the merchant is not owed any more may have carried refunds.
  const acquirerCovered = wasCaptured && at.acquirerCovered;
  return {
    outcome: 'changed',
    payment: { ...cancelling(payment, at), acquirerCovered },
    fact: 'cancel_requested',
    wasCaptured,
  };
}
