import { DeclineReason } from '@causeway/proto/common';
import { type Confirmation, ConfirmationState } from '@causeway/proto/connector';
import { RefusalClass, type RefusalRule } from '@causeway/proto/routing';
import type { PartnerInput } from '../payments/machine/types.ts';

/** A partner's own name of a payment, as its contract bounds it. */
const REFERENCE = /^[\x20-\x7e]{0,128}$/;

/**
 * What an answer to a confirmation or an inquiry means. Pure. Whatever does not say for certain
 * that the partner has charged, or never will, leaves the payment in doubt: an answer about
 * another payment, a state that we do not know, a partner that has seen nothing yet while our
 * request may still be on its way.
 */
export function judgeAnswer(
  paymentId: string,
  rules: readonly RefusalRule[],
  answer: Confirmation | undefined,
): PartnerInput {
  if (answer?.paymentId !== paymentId) return { kind: 'doubtful' };
  switch (answer.state) {
    case ConfirmationState.CONFIRMED:
      return judgeConfirmed(answer);
    case ConfirmationState.REFUSED:
      return judgeRefusal(rules, answer.refusalCode);
    case ConfirmationState.REVERSED:
      return { kind: 'reversed' };
    default:
      return { kind: 'doubtful' };
  }
}

/** Its reference goes into facts, statements and files, so that it must be fit to be kept. */
function judgeConfirmed({ partnerReference }: Confirmation): PartnerInput {
  if (!REFERENCE.test(partnerReference)) return { kind: 'doubtful' };
  return { kind: 'confirmed', partnerReference };
}

function judgeRefusal(rules: readonly RefusalRule[], code: string): PartnerInput {
  const rule = rules.find(({ refusalCode }) => refusalCode === code);
  const declineReason = rule?.declineReason || DeclineReason.REFUSED_BY_PARTNER;
  switch (rule?.refusalClass) {
    case RefusalClass.UNKNOWN:
      return { kind: 'doubtful' };
    case RefusalClass.RETRIABLE:
      return { kind: 'refused', final: false, declineReason };
    default:
      return { kind: 'refused', final: true, declineReason };
  }
}

/**
 * What an answer to a reversal means: undone, charged all the same, or nothing for certain.
 *
 * @param hasConfirmed whether it said before that it has charged: what it has told the merchant then
 *   is not undone by refusing now
 */
export function judgeReversal(
  paymentId: string,
  answer: Confirmation | undefined,
  hasConfirmed = false,
): 'undone' | 'charged' | 'unclear' {
  if (answer?.paymentId !== paymentId) return 'unclear';
  switch (answer.state) {
    case ConfirmationState.REVERSED:
      return 'undone';
    case ConfirmationState.REFUSED:
      return hasConfirmed ? 'unclear' : 'undone';
    case ConfirmationState.CONFIRMED:
      return 'charged';
    default:
      return 'unclear';
  }
}
