import { formatMajor } from '@causeway/money';
import {
  DeclineReason,
  type Money,
  type Payment,
  PaymentMethod,
  PaymentState,
  type Refund,
  RefundState,
} from '@causeway/proto/common';
import type { Json } from '@causeway/proto/json';
import type { Check } from './checks.ts';
import { explain } from './explanation.ts';
import type { ReportedSettlement } from './settlement.ts';
import type { Stage } from './stage.ts';

/** An amount in JSON: minor units as a decimal string. */
export interface JsonMoney {
  currency_code: string;
  amount_minor: string;
}

/** One payment as the acquiring service reads it when the tour is over. */
export interface ReportedPayment {
  kind: string;
  city: string;
  payment_id: string;
  partner_id: string;
  merchant: string;
  state: string;
  /** Null where it was not declined. */
  decline_reason: string | null;
  /** Null where a cancel came before the payment, so that its content was never recorded. */
  payee: JsonMoney | null;
  /** Null likewise, and where it was declined before it had a price. */
  payer: JsonMoney | null;
  /** Null, as the next two, where nothing was converted. */
  rate: string | null;
  mid_rate: string | null;
  markup_bps: number | null;
  /** The route's explanation; null where it ended before one was chosen. */
  route: Json;
}

/** One refund, read likewise. */
export interface ReportedRefund {
  refund_id: string;
  payment_id: string;
  state: string;
  payee: JsonMoney | null;
  payer: JsonMoney | null;
}

/** One scenario with what it compared. */
export interface ReportedScenario {
  name: string;
  title: string;
  ok: boolean;
  checks: readonly Check[];
}

/** What the tour found. Figures come from the services or the verifier, never from the tour. */
export interface Report {
  ok: boolean;
  payments: ReportedPayment[];
  refunds: ReportedRefund[];
  /** What the windows come to that the tour closed, by participant and currency. */
  settlement: ReportedSettlement[];
  checks: Record<string, unknown>;
  scenarios: ReportedScenario[];
  failures: string[];
}

/** Everything that the tour made, as the services read it when the tour is over. */
export interface ReadBack {
  payments: ReportedPayment[];
  refunds: ReportedRefund[];
  read: Payment[];
  /** Payments that went well and have no explanation, and those whose choice is not repeated. */
  unexplained: string[];
}

/** Reads every payment of the tour back, with its refunds and its route's explanation. */
export async function readBack(stage: Stage): Promise<ReadBack> {
  const back: ReadBack = { payments: [], refunds: [], read: [], unexplained: [] };
  for (const { partnerId, paymentId, city } of stage.payments.values()) {
    const acquirer = stage.callers.as(partnerId).payments;
    const { payment } = await acquirer.getPayment({
      key: { $case: 'paymentId', value: paymentId },
    });
    if (payment === undefined) throw new Error(`payment ${paymentId} cannot be read back`);
    const listed = await acquirer.listRefunds({ paymentId, pageSize: 0, pageToken: '' });
    const { route, reproduced } = await explain(stage, paymentId);
    const isRouted = route !== null || payment.state !== PaymentState.SUCCEEDED;
    if (!reproduced || !isRouted) back.unexplained.push(paymentId);
    back.read.push(payment);
    back.payments.push({ ...reportedPayment(payment, city), route });
    back.refunds.push(...listed.refunds.map(reportedRefund));
  }
  return back;
}

/** A payment in the report's shape, its route left out. */
function reportedPayment(payment: Payment, city: string): Omit<ReportedPayment, 'route'> {
  const { payeeAmount, payerAmount, conversion } = payment;
  return {
    kind: kindOf(payment.method),
    city,
    payment_id: payment.paymentId,
    partner_id: payment.partnerId,
    merchant: payment.merchant?.displayName ?? '',
    state: PaymentState[payment.state] ?? '',
    decline_reason:
      payment.state === PaymentState.DECLINED
        ? (DeclineReason[payment.declineReason] ?? null)
        : null,
    payee: jsonMoney(payeeAmount),
    payer: jsonMoney(payerAmount),
    rate: conversion?.rate ?? null,
    mid_rate: conversion?.midRate ?? null,
    markup_bps: conversion?.markupBps ?? null,
  };
}

/** A payment that its cancel came before has no method on record; the tour's was to be by code. */
function kindOf(method: PaymentMethod): string {
  const known = method === PaymentMethod.UNSPECIFIED ? PaymentMethod.CODE : method;
  return PaymentMethod[known].toLowerCase();
}

function reportedRefund({
  refundId,
  paymentId,
  state,
  payeeAmount,
  payerAmount,
}: Refund): ReportedRefund {
  return {
    refund_id: refundId,
    payment_id: paymentId,
    state: RefundState[state] ?? '',
    payee: jsonMoney(payeeAmount),
    payer: jsonMoney(payerAmount),
  };
}

function jsonMoney(amount: Money | undefined): JsonMoney | null {
  return (
    (amount && { currency_code: amount.currencyCode, amount_minor: String(amount.amountMinor) }) ??
    null
  );
}

/** An amount of a report for people, in major units. */
export function readableMoney(amount: JsonMoney | null): string {
  if (amount === null) return '';
  const { currency_code: code, amount_minor: minor } = amount;
  return `${code} ${formatMajor(BigInt(minor), code)}`;
}
