import type { PaymentRecord } from '../record.ts';
import { end, isPast, refused, stepTo, UNCHANGED } from './changes.ts';
import type { Consent, Decision, Moment } from './types.ts';

/**
 * A payer confirms an order. The first one has it: this commit, under the version that everybody
 * read, is the only thing that two wallets race for, and nobody has been called before it.
 */
export function confirmedByPayer(payment: PaymentRecord, consent: Consent, at: Moment): Decision {
  if (isPayer(payment, consent)) return UNCHANGED;
  if (payment.step !== 'AWAIT_PAYER') return refused(whyNotOpen(payment));
  if (isPast(payment, at)) return refused('ORDER_CLOSED');
  const [first] = consent.journey.routes;
  const taken: PaymentRecord = {
    ...payment,
    ...consent,
    routeId: first?.routeId,
    payerReference: consent.walletId,
  };
  return stepTo(taken, firstOwed(consent), at);
}

/** The money is held while a partner is asked; where none is, it is debited in one step. */
export function firstOwed({ journey }: Consent): 'HOLD' | 'CHARGE' {
  return journey.routes[0]?.asksPartner ? 'HOLD' : 'CHARGE';
}

/** Why an order that waits no more cannot be confirmed by anybody else. */
export function whyNotOpen({ issuerId, state }: PaymentRecord): 'ORDER_TAKEN' | 'ORDER_CLOSED' {
  return issuerId !== undefined && state !== 'CANCELLED' ? 'ORDER_TAKEN' : 'ORDER_CLOSED';
}

/** Whether the payment has this payer already. */
export function isPayer(
  payment: PaymentRecord,
  payer: Pick<Consent, 'issuerId' | 'walletId'>,
): boolean {
  return payment.issuerId === payer.issuerId && payment.walletId === payer.walletId;
}

/** Nobody has been called for an order that waits, so its time's end needs no fence. */
export function expired(payment: PaymentRecord, at: Moment): Decision {
  const isOver = payment.step === 'AWAIT_PAYER' && isPast(payment, at);
  return isOver ? end(payment, at, 'CANCELLED') : UNCHANGED;
}
