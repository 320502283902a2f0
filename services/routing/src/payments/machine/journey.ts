import type { DeclineReason } from '@causeway/proto/common';
import type { Journey, PlannedRoute } from '@causeway/proto/routing';
import type { PaymentRecord, Step } from '../record.ts';
import { isPast, owing, stepTo } from './changes.ts';
import type { Decision, Moment } from './types.ts';

/** The route of the plan that is being tried, undefined for payments without a plan. */
export function plannedRoute(payment: PaymentRecord): PlannedRoute | undefined {
  return payment.journey?.routes[payment.journey.attempt];
}

/** The payment with its journey changed. Throws for one that has none. */
export function onJourney(payment: PaymentRecord, changes: Partial<Journey>): PaymentRecord {
  const { journey } = payment;
  if (!journey) throw new Error(`payment ${payment.paymentId} has no journey`);
  return { ...payment, journey: { ...journey, ...changes } };
}

/** What is owed once the payer's money is held for the route that is being tried. */
export function firstStepOn(route: PlannedRoute | undefined): 'CONFIRM' | 'CAPTURE' {
  return route?.asksPartner ? 'CONFIRM' : 'CAPTURE';
}

/** Asks the partner of the route what became of the payment, for a while. */
export function askAgain(payment: PaymentRecord, at: Moment): Decision {
  const reverseTime = new Date(at.now.getTime() + at.doubtMs);
  return stepTo(onJourney(payment, { reverseTime }), 'INQUIRE', at);
}

/**
 * The partner is known not to have charged: the next route of the plan is tried with the money
 * that is held already, or the hold is voided where there is none, or no time for one. Where the
 * money was debited before, the next one may have confirmed then, however long ago.
 */
export function goOn(payment: PaymentRecord, reason: DeclineReason, at: Moment): Decision {
  const { attempt: last = 0, wasCaptured = false } = payment.journey ?? {};
  const attempt = last + 1;
  const route = payment.journey?.routes[attempt];
  if (!route || (isPast(payment, at) && !wasCaptured)) return giveUp(payment, reason, at);
  const { routeId, partnerId, merchant, settlement } = route;
  const moved: PaymentRecord = {
    ...onJourney(payment, { attempt, reverseTime: undefined, confirmed: false }),
    routeId,
    partnerId,
    settlement,
    terms: payment.terms && { ...payment.terms, merchant, partnerId },
  };
  if (wasCaptured && route.asksPartner) return askAgain(moved, at);
  return stepTo(moved, firstStepOn(route), at);
}

/** Nobody has charged and nobody shall: the hold is voided, then the payment is declined. */
export function giveUp(payment: PaymentRecord, refusal: DeclineReason, at: Moment): Decision {
  const givenUp = onJourney(payment, { refusal, reverseTime: undefined });
  return stepTo(givenUp, 'VOID_FOR_REFUSAL', at);
}

/**
 * Whether the payment has left a route for good, or never took it: nothing that its partner charges
 * is paid for then.
 */
export function hasLeft({ journey, state, step }: PaymentRecord, routeId: string): boolean {
  const { routes = [], attempt = 0 } = journey ?? {};
  const index = routes.findIndex((route) => route.routeId === routeId);
  if (index < attempt) return true;
  if (step === 'DONE') return state !== 'SUCCEEDED' || index !== attempt;
  return step.startsWith('VOID');
}

/** Steps at which the partner of the route that is being tried may have been asked. */
const ASKED: ReadonlySet<Step> = new Set<Step>(['CONFIRM', 'INQUIRE', 'REVERSE', 'CAPTURE']);

/**
 * What has to be fenced first when a payment is cancelled: the partner where it may have
 * charged, since money that the payer has back cannot pay for what the merchant gave away.
 */
export function cancelStep(payment: PaymentRecord): 'REVERSE' | 'VOID_FOR_CANCEL' {
  const mayHaveCharged = ASKED.has(payment.step) || payment.state === 'SUCCEEDED';
  return mayHaveCharged && plannedRoute(payment)?.asksPartner ? 'REVERSE' : 'VOID_FOR_CANCEL';
}

/** Whether a cancel was accepted and is not carried out yet. */
export function isCancelling(payment: PaymentRecord): boolean {
  if (payment.step === 'DONE') return false;
  return payment.step === 'VOID_FOR_CANCEL' || payment.journey?.cancelling === true;
}

/** The payment on its way to being cancelled. */
export function cancelling(payment: PaymentRecord, at: Moment): PaymentRecord {
  const marked = payment.journey ? onJourney(payment, { cancelling: true }) : payment;
  return owing(marked, cancelStep(payment), at);
}
