import { type Conversion, DeclineReason, type Money } from '@causeway/proto/common';
import { type Charge, ChargeState } from '@causeway/proto/wallet';
import type { EarlierPrice, IssuerRecord } from './machine/types.ts';
import type { QuoteKeys } from './planning/quote-token.ts';
import { isSigned } from './planning/terms-signature.ts';
import type { PaymentRecord } from './record.ts';

const WALLET_ID = /^[\x21-\x7e]{1,128}$/;

/** Whether it can be an operator's own reference of a wallet. */
export function isWalletId(walletId: string): boolean {
  return WALLET_ID.test(walletId);
}

/** What an answer was found to be: of use, or why it cannot be an honest one. */
export type JudgedCharge =
  | { outcome: 'recorded'; record: IssuerRecord }
  | { outcome: 'broken'; why: string };

/**
 * What of a wallet operator's answer can be taken at its word. Pure. Money counts as taken or held
 * only at the price of the plan, or at one that this switch planned for the payment before it lost
 * its record: that one is known by its signature.
 */
export function judgeCharge(payment: PaymentRecord, charge: Charge, keys: QuoteKeys): JudgedCharge {
  const { state, walletId } = charge;
  if (charge.paymentId !== payment.paymentId) return broken('it is of another payment');
  if (walletId !== '' && !isWalletId(walletId)) return broken('its wallet_id has no valid form');
  switch (state) {
    case ChargeState.DECLINED:
      return recorded(charge, { declineReason: knownReason(charge.declineReason) });
    case ChargeState.UNSEEN:
    case ChargeState.VOIDED:
      return recorded(charge);
    case ChargeState.HELD:
    case ChargeState.CAPTURED:
      break;
    default:
      return broken('its state is unknown');
  }
  if (walletId === '' && payment.walletId === undefined) return broken('it names no wallet');
  if (isAsPlanned(payment, charge)) return recorded(charge);
  const earlier = earlierPrice(payment, charge, keys);
  return earlier ? recorded(charge, { earlier }) : broken('its price was never planned');
}

function broken(why: string): JudgedCharge {
  return { outcome: 'broken', why };
}

function recorded(
  { state, walletId }: Charge,
  more: Pick<IssuerRecord, 'earlier'> & { declineReason?: DeclineReason } = {},
): JudgedCharge {
  const record = { state, walletId, declineReason: DeclineReason.UNSPECIFIED, ...more };
  return { outcome: 'recorded', record };
}

/** A newer operator may know more reasons than this switch: they end a payment all the same. */
function knownReason(reason: DeclineReason): DeclineReason {
  const isKnown = reason > DeclineReason.UNSPECIFIED && DeclineReason[reason] !== undefined;
  return isKnown ? reason : DeclineReason.REFUSED_BY_PARTNER;
}

/** Terms that are left out are those of the call. */
function isAsPlanned({ payerAmount, terms: planned }: PaymentRecord, charge: Charge): boolean {
  const { terms } = charge;
  if (!isSameMoney(charge.payerAmount, payerAmount)) return false;
  if (terms === undefined) return true;
  return (
    isSameMoney(terms.payeeAmount, planned?.payeeAmount) &&
    isSameConversion(terms.conversion, planned?.conversion)
  );
}

function isSameMoney(one: Money | undefined, other: Money | undefined): boolean {
  return one?.amountMinor === other?.amountMinor && one?.currencyCode === other?.currencyCode;
}

function isSameConversion(one: Conversion | undefined, other: Conversion | undefined): boolean {
  if (!one || !other) return one === other;
  return (
    one.quoteId === other.quoteId &&
    one.rateBoardId === other.rateBoardId &&
    one.rate === other.rate &&
    one.midRate === other.midRate &&
    one.referenceRate === other.referenceRate &&
    one.referenceSource === other.referenceSource &&
    one.markupBps === other.markupBps &&
    isSameMoney(one.midPart, other.midPart) &&
    isSameMoney(one.markupPart, other.markupPart) &&
    isSameMoney(one.residualPart, other.residualPart)
  );
}

function earlierPrice(
  { paymentId, issuerId }: PaymentRecord,
  { payerAmount, terms }: Charge,
  keys: QuoteKeys,
): EarlierPrice | undefined {
  if (!payerAmount || !terms?.payeeAmount) return undefined;
  if (!isSigned({ paymentId, issuerId, payerAmount }, terms, keys)) return undefined;
  const { payeeAmount, conversion } = terms;
  return { payerAmount, payeeAmount, conversion };
}
