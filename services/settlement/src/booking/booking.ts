import type { Money, Payment } from '@causeway/proto/common';
import type { PaymentFact, RefundSucceeded } from '@causeway/proto/routing';

/** A cancel is one after a capture; a payment may have one capture, one cancel, several refunds. */
export type BookingKind = 'capture' | 'cancel' | 'refund';

/** All that one fact posts, whole or not at all. Amounts are in minor units and not below zero. */
export interface Booking {
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

type Parts = Pick<Booking, 'midMinor' | 'markupMinor' | 'residualMinor'>;

const UNDIVIDED: Parts = { midMinor: 0n, markupMinor: 0n, residualMinor: 0n };

/**
 * What a fact means for the books; undefined where nothing was captured or given back. Pure, and
 * the same for every repetition of the fact. Throws where the fact contradicts itself.
 */
export function bookingOf({ payment, kind }: PaymentFact): Booking | undefined {
  if (kind === undefined || payment === undefined) throw new Error('not a payment fact');
  switch (kind.$case) {
    case 'succeeded':
      return captureOf(payment, 'capture');
    case 'cancelled':
      return kind.value.wasCaptured ? captureOf(payment, 'cancel') : undefined;
    case 'refundSucceeded':
      return refundOf(payment, kind.value);
    case 'declined':
    case 'cancelRequested':
    case 'refundAccepted':
      return undefined;
  }
}

function captureOf(payment: Payment, kind: BookingKind): Booking {
  const { paymentId, payerAmount, payeeAmount, conversion } = payment;
  const subject = { kind, subjectId: paymentId };
  return booking(payment, subject, { payerAmount, payeeAmount }, conversion);
}

function refundOf(payment: Payment, fact: RefundSucceeded): Booking {
  const { refundId, payerAmount, payeeAmount } = required(fact.refund, 'refund');
  const subject = { kind: 'refund' as const, subjectId: refundId };
  const parts = payment.conversion && fact;
  return booking(payment, subject, { payerAmount, payeeAmount }, parts);
}

function booking(
  payment: Payment,
  subject: Pick<Booking, 'kind' | 'subjectId'>,
  amounts: Pick<Payment, 'payerAmount' | 'payeeAmount'>,
  parts: MoneyParts | undefined,
): Booking {
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
