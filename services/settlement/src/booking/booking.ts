import { type Money, type Payment, PaymentState } from '@causeway/proto/common';
import type { PaymentFact, RefundSucceeded } from '@causeway/proto/routing';

/** A cancel is one after a capture; a payment may have one capture, one cancel, several refunds. */
export type BookingKind = 'capture' | 'cancel' | 'refund';

/** All that one fact posts, whole or not at all. Amounts are in minor units and not below zero. */
export interface Booking extends BookingLine {
  kind: BookingKind;
  paymentId: string;
  /** The refund; of a capture and a cancel the payment itself. */
  subjectId: string;
  issuerId: string;
  partnerId: string;
  payerCurrency: string;
  payerMinor: bigint;
  payeeCurrency: string;
  payeeMinor: bigint;
  /**
   * Where the payer's amount goes if it is converted; they sum to it, and the markup may be below
   * zero. All zero in one currency.
   */
  midMinor: bigint;
  markupMinor: bigint;
  residualMinor: bigint;
}

/** What the line of a clearing file says of a booking besides its amounts. */
export interface BookingLine {
  /** The acquirer's clearing day, YYYY-MM-DD; undefined only on a cancel. */
  acquirerClearingDate: string | undefined;
  /** The wallet operator's, likewise. */
  issuerClearingDate: string | undefined;
  /** When it was committed, by routing's clock. */
  occurredAt: Date | undefined;
  /** The acquirer's own id: of the refund, else of the payment. */
  requestId: string;
  merchantId: string | undefined;
  /** The conversion's; undefined in one currency. */
  quoteId: string | undefined;
  rate: string | undefined;
  midRate: string | undefined;
  /** What the acquirer is settled, where that is in another currency than the payee's. */
  settlement: BookedSettlement | undefined;
  /** Whose cover the payment, its cancel or its refund was reserved from. */
  covered: { issuer: boolean; acquirer: boolean };
}

/** An amount in the acquirer's settlement currency, fixed when the payment was planned. */
export interface BookedSettlement {
  currencyCode: string;
  /** Not below zero, in minor units. */
  amountMinor: bigint;
  /** Settlement major units per payee major unit. */
  rate: string;
}

type Parts = Pick<Booking, 'midMinor' | 'markupMinor' | 'residualMinor'>;

const UNDIVIDED: Parts = { midMinor: 0n, markupMinor: 0n, residualMinor: 0n };

/**
 * What a fact means for the books; undefined where nothing was captured or given back. Pure, and
 * the same for every repetition of the fact. Throws where the fact contradicts itself.
 */
export function bookingOf(fact: PaymentFact): Booking | undefined {
  const booking = uncoveredBookingOf(fact);
  const { issuerCovered: issuer, acquirerCovered: acquirer } = fact;
  return booking && { ...booking, covered: { issuer, acquirer } };
}

type Uncovered = Omit<Booking, 'covered'>;

function uncoveredBookingOf(fact: PaymentFact): Uncovered | undefined {
  const { payment, kind, occurTime } = fact;
  if (kind === undefined || payment === undefined) throw new Error('not a payment fact');
  switch (kind.$case) {
    case 'succeeded':
      return captureOf(payment, 'capture', occurTime);
    // A cancel takes a payment out of its day once it is accepted, not when it is carried out.
    case 'cancelRequested':
      return payment.state === PaymentState.SUCCEEDED
        ? captureOf(payment, 'cancel', occurTime)
        : undefined;
    case 'cancelled':
      return kind.value.wasCaptured ? captureOf(payment, 'cancel', occurTime) : undefined;
    case 'refundSucceeded':
      return refundOf(payment, kind.value, occurTime);
    case 'declined':
    case 'refundAccepted':
      return undefined;
  }
}

function captureOf(
  payment: Payment,
  kind: 'capture' | 'cancel',
  occurredAt: Date | undefined,
): Uncovered {
  const { paymentId, payerAmount, payeeAmount, conversion } = payment;
  if (kind === 'capture') requireDates(payment);
  return booking(payment, { payerAmount, payeeAmount }, conversion, {
    ...{ kind, occurredAt, subjectId: paymentId, requestId: payment.paymentRequestId },
    ...datesOf(payment),
    settlement: settlementOf(payment.settlementAmount, payment),
  });
}

function refundOf(
  payment: Payment,
  fact: RefundSucceeded,
  occurredAt: Date | undefined,
): Uncovered {
  const refund = required(fact.refund, 'refund');
  const { refundId, payerAmount, payeeAmount, refundRequestId } = refund;
  const parts = payment.conversion && fact;
  requireDates(refund);
  return booking(payment, { payerAmount, payeeAmount }, parts, {
    ...{ kind: 'refund', occurredAt, subjectId: refundId, requestId: refundRequestId },
    ...datesOf(refund),
    settlement: settlementOf(refund.settlementAmount, payment),
  });
}

type Dates = Pick<Payment, 'acquirerClearingDate' | 'issuerClearingDate'>;

/** Without its days it would be in no window, so that nobody would ever be settled for it. */
function requireDates({ acquirerClearingDate, issuerClearingDate }: Dates): void {
  if (acquirerClearingDate === '' || issuerClearingDate === '') {
    throw new Error('the fact has no clearing days');
  }
}

function datesOf({ acquirerClearingDate, issuerClearingDate }: Dates) {
  return {
    acquirerClearingDate: acquirerClearingDate || undefined,
    issuerClearingDate: issuerClearingDate || undefined,
  };
}

function settlementOf(
  amount: Money | undefined,
  { settlementRate }: Payment,
): BookedSettlement | undefined {
  return amount && { ...amount, rate: settlementRate };
}

type Subject = Pick<
  Booking,
  | 'kind'
  | 'subjectId'
  | 'requestId'
  | 'occurredAt'
  | 'acquirerClearingDate'
  | 'issuerClearingDate'
  | 'settlement'
>;

function booking(
  payment: Payment,
  amounts: Pick<Payment, 'payerAmount' | 'payeeAmount'>,
  parts: MoneyParts | undefined,
  subject: Subject,
): Uncovered {
  const payer = required(amounts.payerAmount, 'payer_amount');
  const payee = required(amounts.payeeAmount, 'payee_amount');
  return {
    ...subject,
    paymentId: payment.paymentId,
    issuerId: participant('wallet operator', payment.issuerId),
    partnerId: participant('acquirer', payment.partnerId),
    payerCurrency: payer.currencyCode,
    payerMinor: payer.amountMinor,
    payeeCurrency: payee.currencyCode,
    payeeMinor: payee.amountMinor,
    ...partsOf(payer, payee, parts),
    merchantId: payment.merchant?.merchantId || undefined,
    ...pricedBy(payment),
  };
}

function pricedBy({ conversion }: Payment) {
  return {
    quoteId: conversion?.quoteId || undefined,
    rate: conversion?.rate,
    midRate: conversion?.midRate,
  };
}

interface MoneyParts {
  midPart: Money | undefined;
  markupPart: Money | undefined;
  residualPart: Money | undefined;
}

/** Anything but an exact division of the payer's amount would lose or invent money. */
function partsOf(payer: Money, payee: Money, from: MoneyParts | undefined): Parts {
  if (payer.currencyCode === payee.currencyCode) {
    if (payer.amountMinor === payee.amountMinor) return UNDIVIDED;
    throw new Error(`${payer.amountMinor} became ${payee.amountMinor} without a conversion`);
  }
  if (from === undefined) throw new Error('two currencies without a conversion');
  const parts = {
    midMinor: minorOf(from.midPart, payer),
    markupMinor: minorOf(from.markupPart, payer),
    residualMinor: minorOf(from.residualPart, payer),
  };
  const sumMinor = parts.midMinor + parts.markupMinor + parts.residualMinor;
  if (sumMinor === payer.amountMinor) return parts;
  throw new Error(`the parts of ${payer.amountMinor} sum to ${sumMinor}`);
}

function minorOf(part: Money | undefined, payer: Money): bigint {
  if (part === undefined) return 0n;
  if (part.currencyCode === payer.currencyCode) return part.amountMinor;
  throw new Error(`a part in ${part.currencyCode} of an amount in ${payer.currencyCode}`);
}

function participant(what: string, id: string): string {
  if (id === '') throw new Error(`the fact has no ${what}`);
  return id;
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the fact has no ${name}`);
  return value;
}
