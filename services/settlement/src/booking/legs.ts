import type { Money, Payment } from '@causeway/proto/common';
import type { PaymentFact, RefundSucceeded } from '@causeway/proto/routing';
import { type AccountCode, type AccountName, HOUSE } from './chart.ts';

/** One double entry of a payment. */
export interface Leg {
  /** Which one it is, for example `capture.mid`; unique within its payment or refund. */
  step: string;
  debit: AccountName;
  credit: AccountName;
  currencyCode: string;
  /** Above zero. */
  amountMinor: bigint;
}

/** All that one fact posts, whole or not at all. */
export interface Booking {
  /** The payment that it belongs to. */
  paymentId: string;
  /** The payment or refund that its transfers are named after. */
  subjectId: string;
  legs: Leg[];
}

/** Where the payer's amount goes; parts may be negative and sum to it. In its minor units. */
interface Parts {
  midMinor: bigint;
  markupMinor: bigint;
  residualMinor: bigint;
}

/** Two amounts that change hands, between a wallet operator and an acquirer. */
interface Exchange {
  payer: Money;
  payee: Money;
  /** How the payer's amount was divided, where the currencies differ. */
  parts: Parts | undefined;
  issuer: AccountName;
  acquirer: AccountName;
}

/**
 * What a fact means for the books; undefined where nothing was captured or given back. Pure, and
 * the same for every repetition of the fact. Throws where the fact contradicts itself.
 */
export function bookingOf({ payment, kind }: PaymentFact): Booking | undefined {
  if (kind === undefined || payment === undefined) throw new Error('not a payment fact');
  const { paymentId } = payment;
  switch (kind.$case) {
    case 'succeeded':
      return { paymentId, subjectId: paymentId, legs: captureLegs(payment, 'capture') };
    case 'cancelled': {
      if (!kind.value.wasCaptured) return undefined;
      const legs = captureLegs(payment, 'cancel').map(reversed);
      return { paymentId, subjectId: paymentId, legs };
    }
    case 'refundSucceeded': {
      const { refundId } = required(kind.value.refund, 'refund');
      return { paymentId, subjectId: refundId, legs: refundLegs(payment, kind.value) };
    }
    case 'declined':
    case 'cancelRequested':
    case 'refundAccepted':
      return undefined;
  }
}

function captureLegs(payment: Payment, step: string): Leg[] {
  const payer = required(payment.payerAmount, 'payer_amount');
  return exchangeLegs(step, {
    payer,
    payee: required(payment.payeeAmount, 'payee_amount'),
    parts: payment.conversion && partsOf(payer, payment.conversion),
    issuer: participant('issuer_receivable', payment.issuerId),
    acquirer: participant('acquirer_payable', payment.partnerId),
  });
}

/** A refund takes the way of a capture backwards, over the accounts that refunds have. */
function refundLegs(payment: Payment, fact: RefundSucceeded): Leg[] {
  const refund = required(fact.refund, 'refund');
  const payer = required(refund.payerAmount, 'payer_amount');
  return exchangeLegs('refund', {
    payer,
    payee: required(refund.payeeAmount, 'payee_amount'),
    parts: payment.conversion && partsOf(payer, fact),
    issuer: participant('issuer_refunds', payment.issuerId),
    acquirer: participant('acquirer_refunds', payment.partnerId),
  }).map(reversed);
}

function exchangeLegs(step: string, { payer, payee, parts, issuer, acquirer }: Exchange): Leg[] {
  if (payer.currencyCode === payee.currencyCode) {
    if (payer.amountMinor !== payee.amountMinor) {
      throw new Error(`${payer.amountMinor} became ${payee.amountMinor} without a conversion`);
    }
    return [leg(`${step}.direct`, issuer, acquirer, payee)].flat();
  }
  if (parts === undefined) throw new Error('two currencies without a conversion');
  const inPayer = (amountMinor: bigint) => ({ currencyCode: payer.currencyCode, amountMinor });
  return [
    leg(`${step}.mid`, issuer, house('fx_clearing'), inPayer(parts.midMinor)),
    leg(`${step}.markup`, issuer, house('markup_income'), inPayer(parts.markupMinor)),
    leg(`${step}.residual`, issuer, house('rounding'), inPayer(parts.residualMinor)),
    leg(`${step}.payee`, house('fx_clearing'), acquirer, payee),
  ].flat();
}

/** No leg for nothing; one the other way round for a negative part, as of a markup below mid. */
function leg(step: string, debit: AccountName, credit: AccountName, amount: Money): Leg[] {
  const { currencyCode, amountMinor } = amount;
  if (amountMinor === 0n) return [];
  const forward = { step, debit, credit, currencyCode, amountMinor };
  return [amountMinor > 0n ? forward : { ...reversed(forward), amountMinor: -amountMinor }];
}

function reversed(entry: Leg): Leg {
  return { ...entry, debit: entry.credit, credit: entry.debit };
}

/** Anything but an exact division of the payer's amount would lose or invent money. */
function partsOf(
  payer: Money,
  from: {
    midPart: Money | undefined;
    markupPart: Money | undefined;
    residualPart: Money | undefined;
  },
): Parts {
  const parts = {
    midMinor: minorOf(from.midPart, payer),
    markupMinor: minorOf(from.markupPart, payer),
    residualMinor: minorOf(from.residualPart, payer),
  };
  const sumMinor = parts.midMinor + parts.markupMinor + parts.residualMinor;
  if (sumMinor !== payer.amountMinor) {
    throw new Error(`the parts of ${payer.amountMinor} sum to ${sumMinor}`);
  }
  return parts;
}

function minorOf(part: Money | undefined, payer: Money): bigint {
  if (part === undefined) return 0n;
  if (part.currencyCode === payer.currencyCode) return part.amountMinor;
  throw new Error(`a part in ${part.currencyCode} of an amount in ${payer.currencyCode}`);
}

function participant(code: AccountCode, id: string): AccountName {
  if (id === '') throw new Error(`no participant for ${code}`);
  return { code, owner: id };
}

function house(code: AccountCode): AccountName {
  return { code, owner: HOUSE };
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the fact has no ${name}`);
  return value;
}
