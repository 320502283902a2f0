import { type Payment, PaymentMethod, PaymentState } from '@causeway/proto/common';
import type { Journey, PaymentFact } from '@causeway/proto/routing';
import { laneOf } from '@causeway/runtime';
import type { DirectoryView } from '../directory/directory.ts';
import { cancelStep } from '../payments/machine/journey.ts';
import { partsBetween } from '../payments/machine/refund.ts';
import type { PaymentRecord, RefundRecord, State } from '../payments/record.ts';

/**
 * What this database lost is made again from facts: each is a snapshot of its payment, so that the
 * latest one is the payment as the world was told of it. What only routing knew is not in it: the
 * content that a repeat must match, so that any repeat meets the payment; the routes that were not
 * taken; and the payer's wallet, which its wallet operator tells.
 */

const STATES = new Map<PaymentState, State>([
  [PaymentState.PENDING, 'PENDING'],
  [PaymentState.SUCCEEDED, 'SUCCEEDED'],
  [PaymentState.DECLINED, 'DECLINED'],
  [PaymentState.CANCELLED, 'CANCELLED'],
]);

/** Methods whose payer confirms, so that a partner at the end of the route may have been asked. */
const CONFIRMED: ReadonlySet<PaymentMethod> = new Set([
  PaymentMethod.CASHIER,
  PaymentMethod.MERCHANT_QR,
]);

/**
 * The payment after a fact. Undefined where the fact is no whole one.
 *
 * @param walletId whom its wallet operator took the money from, where it says so
 * @param dueAt when what is owed is taken up
 */
export function paymentFrom(
  fact: PaymentFact,
  { routes }: Pick<DirectoryView, 'routes'>,
  walletId: string | undefined,
  dueAt: Date,
): PaymentRecord | undefined {
  const { payment, version, routeId } = fact;
  const state = payment && STATES.get(payment.state);
  if (!payment?.createTime || !state) return undefined;
  const record: PaymentRecord = {
    ...{ lane: laneOf(payment.paymentId), paymentId: payment.paymentId, version: Number(version) },
    ...{ state, step: 'DONE', dueAt: undefined, declineReason: payment.declineReason },
    ...{ method: payment.method, partnerId: payment.partnerId },
    ...{ paymentRequestId: payment.paymentRequestId, fingerprint: undefined },
    ...{ issuerId: payment.issuerId || undefined, routeId: routeId || undefined },
    payerReference: payment.agreementId || payment.payerReference,
    walletId: walletId ?? (state === 'SUCCEEDED' ? payment.payerReference : undefined),
    ...{ payeeAmount: payment.payeeAmount, payerAmount: payment.payerAmount },
    ...{ terms: termsOf(payment), orderDescription: payment.orderDescription },
    journey: journeyOf(payment, routeId, isAsked(routes, routeId)),
    routeDecision: undefined,
    refundedPayeeMinor: payment.refundedPayeeAmount?.amountMinor ?? 0n,
    refundedPayerMinor: payment.refundedPayerAmount?.amountMinor ?? 0n,
    acquirerClearingDate: payment.acquirerClearingDate || undefined,
    issuerClearingDate: payment.issuerClearingDate || undefined,
    settlement: payment.settlementAmount && {
      ...{ amount: payment.settlementAmount, rate: payment.settlementRate },
    },
    createdAt: payment.createTime,
    updatedAt: payment.updateTime ?? payment.createTime,
    expiresAt: payment.expireTime,
    issuerCovered: fact.issuerCovered,
    acquirerCovered: fact.acquirerCovered,
  };
  return payment.cancelling ? undone({ ...record, dueAt }) : record;
}

/** A refund after its fact; undefined for a fact that is of none. */
export function refundFrom(
  { kind, payment: snapshot, acquirerCovered }: PaymentFact,
  payment: PaymentRecord,
  dueAt: Date,
): RefundRecord | undefined {
  if (kind?.$case !== 'refundAccepted' && kind?.$case !== 'refundSucceeded') return undefined;
  const { refund } = kind.value;
  if (!refund?.payeeAmount || !refund.payerAmount || !refund.createTime) return undefined;
  const isDone = kind.$case === 'refundSucceeded';
  const soFar = snapshot?.refundedPayerAmount?.amountMinor ?? 0n;
  const before = { ...payment, refundedPayerMinor: soFar - refund.payerAmount.amountMinor };
  return {
    ...{ lane: payment.lane, paymentId: payment.paymentId, refundId: refund.refundId },
    ...{ refundRequestId: refund.refundRequestId, state: isDone ? 'SUCCEEDED' : 'PENDING' },
    dueAt: isDone ? undefined : dueAt,
    ...{ payeeAmount: refund.payeeAmount, payerAmount: refund.payerAmount },
    ...(kind.$case === 'refundSucceeded' ? partsOf(kind.value) : partsBetween(before, soFar)),
    reason: refund.reason,
    acquirerClearingDate: refund.acquirerClearingDate || undefined,
    issuerClearingDate: refund.issuerClearingDate || undefined,
    settlementAmount: refund.settlementAmount,
    createdAt: refund.createTime,
    updatedAt: refund.updateTime ?? refund.createTime,
    acquirerCovered,
  };
}

type Succeeded = Extract<PaymentFact['kind'], { $case: 'refundSucceeded' }>['value'];

function partsOf({ midPart, markupPart, residualPart }: Succeeded) {
  return {
    midMinor: midPart?.amountMinor ?? 0n,
    markupMinor: markupPart?.amountMinor ?? 0n,
    residualMinor: residualPart?.amountMinor ?? 0n,
  };
}

/** The price was signed for the wallet operator's answer, which has come long since. */
function termsOf(payment: Payment): PaymentRecord['terms'] {
  if (!payment.payerAmount) return undefined;
  const { payeeAmount, conversion, merchant, partnerId, method } = payment;
  return { payeeAmount, conversion, merchant, partnerId, method, signature: '' };
}

function isAsked(routes: DirectoryView['routes'], routeId: string): boolean {
  return (routes.get(routeId)?.connectorAddress ?? '') !== '';
}

/** The route that it is on is all of the plan that is left, and all that a cancel needs of it. */
function journeyOf(payment: Payment, routeId: string, asksPartner: boolean): Journey | undefined {
  const { method, issuerId, partnerId, merchant, settlementAmount } = payment;
  if (!CONFIRMED.has(method) || issuerId === '' || routeId === '') return undefined;
  const settlement = settlementAmount && {
    ...{ amount: settlementAmount, rate: payment.settlementRate },
  };
  const route = { routeId, partnerId, merchant, schemeId: '', schemeAccount: {}, asksPartner };
  return {
    ...{ routes: [{ ...route, connectorAddress: '', settlement }], attempt: 0 },
    ...{ orderReference: payment.paymentRequestId, tipAmount: payment.tipAmount },
    ...{ partnerReference: payment.partnerReference, reverseTime: undefined, refusal: 0 },
    ...{ cancelling: payment.cancelling, wasCaptured: false },
    confirmed: payment.state === PaymentState.SUCCEEDED && asksPartner,
  };
}

/** A cancel that was accepted is carried out: the partner's fence first, where it may have charged. */
function undone(record: PaymentRecord): PaymentRecord {
  return { ...record, step: cancelStep({ ...record, step: 'CAPTURE' }) };
}
