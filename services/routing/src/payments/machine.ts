import { refundedPartsSoFar, refundedPayerSoFar } from '@causeway/money';
import { DeclineReason, type Money } from '@causeway/proto/common';
import { type Charge, ChargeState } from '@causeway/proto/wallet';
import { maskCode } from './keys.ts';
import type { PaymentRecord, RefundRecord } from './record.ts';

/** Refunds are taken for this long after the payment. */
export const REFUND_WINDOW_MS = 366 * 86_400_000;

/** What can happen to a payment after its intent. */
export type Input =
  /** The issuer said what it recorded. */
  | { kind: 'charged'; charge: Charge }
  /** The time is over and the issuer knows nothing of the payment. */
  | { kind: 'unseen' }
  /** The issuer has undone or blocked the payment. */
  | { kind: 'fenced' }
  | { kind: 'cancel' }
  | { kind: 'refund'; refund: RefundRequest }
  /** The issuer has credited the payer. */
  | { kind: 'refunded'; refund: RefundRecord };

export interface RefundRequest {
  refundId: string;
  refundRequestId: string;
  payeeAmount: Money;
  reason: string;
}

/** The moment of a decision, and what the calendar says of it. */
export interface Moment {
  now: Date;
  /** When recovery takes over what this decision leaves to do. */
  leaseUntil: Date;
  /** The participants' clearing days now. */
  acquirerClearingDate: string;
  issuerClearingDate: string;
  /** Whether the days stamped on the payment still take cancels. */
  cancelOpen: boolean;
}

export type FactKind =
  | 'succeeded'
  | 'declined'
  | 'cancel_requested'
  | 'cancelled'
  | 'refund_accepted'
  | 'refund_succeeded';

export type MachineRefusal =
  | 'PAYMENT_DECLINED'
  | 'PAYMENT_REFUNDED'
  | 'PAYMENT_NOT_SUCCEEDED'
  | 'CANCEL_TOO_LATE'
  | 'CURRENCY_MISMATCH'
  | 'REFUND_EXCEEDS_PAYMENT'
  | 'REFUND_TOO_LATE';

export type Decision =
  /** Commit `payment` under the version before it, with the fact and the refund if there is one. */
  | {
      outcome: 'changed';
      payment: PaymentRecord;
      fact: FactKind;
      wasCaptured: boolean;
      refund?: RefundRecord;
    }
  /** Only what is still owed changed: nobody outside needs to know. */
  | { outcome: 'stepped'; payment: PaymentRecord }
  /** The input says nothing new. */
  | { outcome: 'unchanged' }
  | { outcome: 'refused'; reason: MachineRefusal };

const UNCHANGED: Decision = { outcome: 'unchanged' };
const refused = (reason: MachineRefusal): Decision => ({ outcome: 'refused', reason });

/**
 * The payment machine: what becomes of a payment when something happens to it. Pure; whoever
 * loses the race for the version reads again and asks again.
 *
 * PENDING → SUCCEEDED | DECLINED | CANCELLED, and SUCCEEDED → CANCELLED only by the acquirer's
 * cancel, in full, while nothing is refunded and its clearing days take cancels. CANCELLED, and a
 * decline by the switch itself, come only after the issuer has answered the fence.
 */
export function next(payment: PaymentRecord, input: Input, at: Moment): Decision {
  switch (input.kind) {
    case 'charged':
      return charged(payment, input.charge, at);
    case 'unseen':
      return payment.step === 'CHARGE' ? stepTo(payment, 'VOID_FOR_EXPIRY', at) : UNCHANGED;
    case 'fenced':
      return fenced(payment, at);
    case 'cancel':
      return cancel(payment, at);
    case 'refund':
      return refund(payment, input.refund, at);
    case 'refunded':
      return refunded(payment, input.refund, at);
  }
}

function charged(payment: PaymentRecord, charge: Charge, at: Moment): Decision {
  // Once a fence is under way its answer decides: a cancel wins over a late success.
  if (payment.step !== 'CHARGE') return UNCHANGED;
  switch (charge.state) {
    case ChargeState.CAPTURED:
      return succeed(payment, charge, at);
    case ChargeState.DECLINED:
      return end(payment, at, 'DECLINED', charge.declineReason);
    case ChargeState.VOIDED:
      // Fenced before, by a switch whose record of the cancel was lost in a restore.
      return end(payment, at, 'CANCELLED');
    default:
      return UNCHANGED;
  }
}

/**
 * The issuer's record of the amount and the terms wins over the plan: where they differ, a
 * restored switch has priced a payment again that had been charged before.
 */
function succeed(payment: PaymentRecord, charge: Charge, at: Moment): Decision {
  const changed: PaymentRecord = {
    ...settled(payment, at),
    state: 'SUCCEEDED',
    walletId: charge.walletId,
    payerAmount: charge.payerAmount ?? payment.payerAmount,
    payeeAmount: charge.terms?.payeeAmount ?? payment.payeeAmount,
    terms: charge.terms ?? payment.terms,
    acquirerClearingDate: at.acquirerClearingDate,
    issuerClearingDate: at.issuerClearingDate,
  };
  return { outcome: 'changed', payment: changed, fact: 'succeeded', wasCaptured: true };
}

function fenced(payment: PaymentRecord, at: Moment): Decision {
  switch (payment.step) {
    case 'VOID_FOR_CANCEL':
      return end(payment, at, 'CANCELLED');
    case 'VOID_FOR_EXPIRY':
      return end(payment, at, 'DECLINED', DeclineReason.EXPIRED);
    default:
      return UNCHANGED;
  }
}

function cancel(payment: PaymentRecord, at: Moment): Decision {
  if (payment.step === 'VOID_FOR_CANCEL') return UNCHANGED;
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
  const changed = stepped(payment, 'VOID_FOR_CANCEL', at);
  return {
    outcome: 'changed',
    payment: changed,
    fact: 'cancel_requested',
    wasCaptured: payment.state === 'SUCCEEDED',
  };
}

function refund(payment: PaymentRecord, request: RefundRequest, at: Moment): Decision {
  const { payeeAmount, payerAmount, terms } = payment;
  const ready = payment.state === 'SUCCEEDED' && payment.step === 'DONE';
  if (!ready || !payeeAmount || !payerAmount || !terms) return refused('PAYMENT_NOT_SUCCEEDED');
  if (request.payeeAmount.currencyCode !== payeeAmount.currencyCode) {
    return refused('CURRENCY_MISMATCH');
  }
  if (at.now.getTime() - payment.createdAt.getTime() > REFUND_WINDOW_MS) {
    return refused('REFUND_TOO_LATE');
  }
  const payeeSoFar = payment.refundedPayeeMinor + request.payeeAmount.amountMinor;
  if (payeeSoFar > payeeAmount.amountMinor) return refused('REFUND_EXCEEDS_PAYMENT');
  const payerSoFar = refundedPayerSoFar({
    payerCaptured: payerAmount.amountMinor,
    payeeCaptured: payeeAmount.amountMinor,
    payeeRefundedSoFar: payeeSoFar,
  });
  const changed: PaymentRecord = {
    ...payment,
    version: payment.version + 1,
    refundedPayeeMinor: payeeSoFar,
    refundedPayerMinor: payerSoFar,
    updatedAt: at.now,
  };
  return {
    outcome: 'changed',
    payment: changed,
    fact: 'refund_accepted',
    wasCaptured: true,
    refund: {
      lane: payment.lane,
      paymentId: payment.paymentId,
      refundId: request.refundId,
      refundRequestId: request.refundRequestId,
      state: 'PENDING',
      dueAt: at.leaseUntil,
      payeeAmount: request.payeeAmount,
      payerAmount: {
        currencyCode: payerAmount.currencyCode,
        amountMinor: payerSoFar - payment.refundedPayerMinor,
      },
      ...partsBetween(payment, payerSoFar),
      reason: request.reason,
      acquirerClearingDate: undefined,
      issuerClearingDate: undefined,
      createdAt: at.now,
      updatedAt: at.now,
    },
  };
}

/** What this refund takes from each part of the captured amount. */
function partsBetween(payment: PaymentRecord, payerSoFar: bigint) {
  const captured = capturedParts(payment);
  const before = refundedPartsSoFar(captured, payment.refundedPayerMinor);
  const after = refundedPartsSoFar(captured, payerSoFar);
  return {
    midMinor: after.midMinor - before.midMinor,
    markupMinor: after.markupMinor - before.markupMinor,
    residualMinor: after.residualMinor - before.residualMinor,
  };
}

/** Without a conversion the whole amount is its own middle part. */
function capturedParts(payment: PaymentRecord) {
  const conversion = payment.terms?.conversion;
  return {
    midMinor: conversion?.midPart?.amountMinor ?? payment.payerAmount?.amountMinor ?? 0n,
    markupMinor: conversion?.markupPart?.amountMinor ?? 0n,
    residualMinor: conversion?.residualPart?.amountMinor ?? 0n,
  };
}

function refunded(payment: PaymentRecord, refund: RefundRecord, at: Moment): Decision {
  if (refund.state === 'SUCCEEDED') return UNCHANGED;
  return {
    outcome: 'changed',
    payment: { ...payment, version: payment.version + 1, updatedAt: at.now },
    fact: 'refund_succeeded',
    wasCaptured: true,
    refund: {
      ...refund,
      state: 'SUCCEEDED',
      dueAt: undefined,
      acquirerClearingDate: at.acquirerClearingDate,
      issuerClearingDate: at.issuerClearingDate,
      updatedAt: at.now,
    },
  };
}

function end(
  payment: PaymentRecord,
  at: Moment,
  state: 'DECLINED' | 'CANCELLED',
  declineReason = DeclineReason.UNSPECIFIED,
): Decision {
  return {
    outcome: 'changed',
    payment: {
      ...settled(payment, at),
      state,
      declineReason,
      acquirerClearingDate: undefined,
      issuerClearingDate: undefined,
    },
    fact: state === 'DECLINED' ? 'declined' : 'cancelled',
    wasCaptured: payment.state === 'SUCCEEDED',
  };
}

/** Nothing is owed any more, so the code need not be kept. */
function settled(payment: PaymentRecord, at: Moment): PaymentRecord {
  return {
    ...payment,
    version: payment.version + 1,
    step: 'DONE',
    dueAt: undefined,
    payerReference: maskCode(payment.payerReference),
    updatedAt: at.now,
  };
}

function stepTo(payment: PaymentRecord, step: 'VOID_FOR_EXPIRY', at: Moment): Decision {
  return { outcome: 'stepped', payment: stepped(payment, step, at) };
}

function stepped(
  payment: PaymentRecord,
  step: 'VOID_FOR_EXPIRY' | 'VOID_FOR_CANCEL',
  at: Moment,
): PaymentRecord {
  return {
    ...payment,
    version: payment.version + 1,
    step,
    dueAt: at.leaseUntil,
    updatedAt: at.now,
  };
}
