import { refundedPartsSoFar, refundedPayerSoFar } from '@causeway/money';
import type { Money } from '@causeway/proto/common';
import type { PaymentRecord, RefundRecord } from '../record.ts';
import { refused, UNCHANGED } from './changes.ts';
import type { Decision, Moment, RefundRequest } from './types.ts';

/** Refunds are taken for this long after the payment. */
export const REFUND_WINDOW_MS = 366 * 86_400_000;

/**
 * Accepts a refund where the sum of all stays within what was captured. It is decided on the
 * payment's row, so that refunds that race never pass it.
 */
export function refund(payment: PaymentRecord, request: RefundRequest, at: Moment): Decision {
  const { payeeAmount, payerAmount, terms } = payment;
  const ready = payment.state === 'SUCCEEDED' && payment.step === 'DONE';
  if (!ready || !payeeAmount || !payerAmount || !terms) return refused('PAYMENT_NOT_SUCCEEDED');
  if (request.payeeAmount.currencyCode !== payeeAmount.currencyCode) {
    return refused('CURRENCY_MISMATCH');
  }
  const isLate = at.now.getTime() - payment.createdAt.getTime() > REFUND_WINDOW_MS;
  if (isLate && !request.ofDispute) return refused('REFUND_TOO_LATE');
  const leftMinor = payeeAmount.amountMinor - payment.refundedPayeeMinor;
  const givenMinor = givenOf(request, leftMinor);
  if (givenMinor > leftMinor || givenMinor === 0n) return refused('REFUND_EXCEEDS_PAYMENT');
  const payeeSoFar = payment.refundedPayeeMinor + givenMinor;
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
      payeeAmount: { ...request.payeeAmount, amountMinor: givenMinor },
      payerAmount: {
        currencyCode: payerAmount.currencyCode,
        amountMinor: payerSoFar - payment.refundedPayerMinor,
      },
      ...partsBetween(payment, payerSoFar),
      settlementAmount: settlementBetween(payment, payeeSoFar),
      reason: request.reason,
      acquirerClearingDate: undefined,
      issuerClearingDate: undefined,
      createdAt: at.now,
      updatedAt: at.now,
      // What a dispute decided is owed, whatever the cover: it counts once it is booked.
      acquirerCovered: at.acquirerCovered && !request.ofDispute,
    },
  };
}

/** A dispute may be decided after its payment was refunded: what came back is not granted again. */
function givenOf({ payeeAmount, ofDispute }: RefundRequest, leftMinor: bigint): bigint {
  const { amountMinor } = payeeAmount;
  return ofDispute && amountMinor > leftMinor ? leftMinor : amountMinor;
}

/** What this refund takes back of the settlement amount: the same share, summing exactly. */
function settlementBetween(
  { settlement, payeeAmount, refundedPayeeMinor }: PaymentRecord,
  payeeSoFar: bigint,
): Money | undefined {
  const settled = settlement?.amount;
  if (!settled || !payeeAmount) return undefined;
  const soFar = (payeeRefundedSoFar: bigint) =>
    refundedPayerSoFar({
      payerCaptured: settled.amountMinor,
      payeeCaptured: payeeAmount.amountMinor,
      payeeRefundedSoFar,
    });
  return { ...settled, amountMinor: soFar(payeeSoFar) - soFar(refundedPayeeMinor) };
}

/** What a refund takes from each part of the captured amount, of a payment as it was before it. */
export function partsBetween(payment: PaymentRecord, payerSoFar: bigint) {
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

/** The payer has the money. */
export function refunded(payment: PaymentRecord, refund: RefundRecord, at: Moment): Decision {
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
