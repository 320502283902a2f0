import { type Payment, PaymentState, type Refund, RefundState } from '@causeway/proto/common';
import { isUnknownOutcome, RpcFailure } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';

/** What was asked of an acquirer's end of the system. */
export type Asked = 'create_payment' | 'cancel_payment' | 'create_refund';

/**
 * One answer that a client was given, as a JSON line: enough to find the payment in every book
 * and to hold each of them to what was answered. Amounts are decimal strings of minor units.
 */
export interface Answer {
  asked: Asked;
  at: string;
  took_ms: number;
  partner_id: string;
  payment_request_id: string;
  refund_request_id?: string;
  /** `answered`, `refused` by a typed reason, or `unknown` where it may have been executed. */
  outcome: 'answered' | 'refused' | 'unknown';
  payment_id?: string;
  state?: string;
  version?: string;
  decline_reason?: number;
  payee?: { currency_code: string; amount_minor: string };
  payer?: { currency_code: string; amount_minor: string };
  reason?: string;
}

/** Where answers go, one call each, in the order in which they came. */
export type AnswerSink = (answer: Answer) => void;

/** What a payment's answer says. */
export function ofPayment(payment: Payment | undefined): Partial<Answer> {
  if (payment === undefined) return {};
  return {
    payment_id: payment.paymentId,
    state: PaymentState[payment.state],
    version: String(payment.version),
    decline_reason: payment.declineReason,
    ...amounts(payment),
  };
}

/** What a refund's answer says; the amounts are the refund's own. */
export function ofRefund(refund: Refund | undefined): Partial<Answer> {
  if (refund === undefined) return {};
  return {
    payment_id: refund.paymentId,
    state: RefundState[refund.state],
    ...amounts(refund),
  };
}

/** What an error says. Only what may have been executed is unknown. */
export function ofError(error: unknown): Pick<Answer, 'outcome' | 'reason'> {
  const outcome = isUnknownOutcome(error) ? 'unknown' : 'refused';
  if (error instanceof Refusal) return { outcome, reason: error.reason };
  if (error instanceof RpcFailure) return { outcome, reason: error.code };
  throw error;
}

function amounts({ payeeAmount, payerAmount }: Pick<Payment, 'payeeAmount' | 'payerAmount'>) {
  return {
    ...(payeeAmount === undefined ? {} : { payee: jsonOf(payeeAmount) }),
    ...(payerAmount === undefined ? {} : { payer: jsonOf(payerAmount) }),
  };
}

function jsonOf(money: { currencyCode: string; amountMinor: bigint }) {
  return { currency_code: money.currencyCode, amount_minor: String(money.amountMinor) };
}
