import { isPayable, MAX_AMOUNT_MINOR, type Money } from '@causeway/money';
import type { CreateQuoteRequest, CurrencyPair } from '@causeway/proto/fx';
import { isUuid } from '@causeway/runtime';
import { isOffered } from '../currencies.ts';
import { refuse, refuseField } from '../errors.ts';
import type { Pair } from '../pairs.ts';
import type { QuoteRequest } from './create-quote.ts';
import type { FixedSide } from './price-amount.ts';

/** The pair of a request. Throws FIELD_INVALID where there is none, CURRENCY_UNSUPPORTED. */
export function checkedPair(pair: CurrencyPair | undefined, field = 'pair'): Pair {
  if (pair === undefined) throw refuseField('FIELD_INVALID', field, 'is missing');
  const { payerCurrencyCode: from, payeeCurrencyCode: to } = pair;
  if (!isOffered(from)) {
    throw refuseField('CURRENCY_UNSUPPORTED', `${field}.payer_currency_code`, 'is not offered');
  }
  if (!isOffered(to)) {
    throw refuseField('CURRENCY_UNSUPPORTED', `${field}.payee_currency_code`, 'is not offered');
  }
  if (from === to) {
    throw refuseField('CURRENCY_UNSUPPORTED', field, 'has one currency on both sides');
  }
  return { from, to };
}

/** What a request asks to have quoted. Throws refusals that name the field. */
export function checkedQuoteRequest(request: CreateQuoteRequest): QuoteRequest {
  const pair = checkedPair(request.pair);
  const { paymentId, payeeCountryCode, honourShownBoards } = request;
  if (paymentId !== '' && !isUuid(paymentId)) {
    throw refuseField('FIELD_INVALID', 'payment_id', 'is not a UUID in lower case');
  }
  if (payeeCountryCode !== '' && !/^[A-Z]{2}$/.test(payeeCountryCode)) {
    throw refuseField('FIELD_INVALID', 'payee_country_code', 'is not two capital letters');
  }
  const fixed = checkedFixedSide(request.fixedSide, pair);
  return { pair, fixed, paymentId, payeeCountryCode, honourShownBoards };
}

/** The payee's amount of a request within one currency. Throws refusals that name the field. */
export function checkedAtPar({ fixedSide }: CreateQuoteRequest): Money {
  if (fixedSide?.$case !== 'payeeAmount') {
    throw refuseField('AMOUNT_INVALID', 'payee_amount', 'is missing');
  }
  assertPayable(fixedSide.value, fixedSide.value.currencyCode, 'payee_amount');
  return fixedSide.value;
}

function checkedFixedSide(fixed: CreateQuoteRequest['fixedSide'], pair: Pair): FixedSide {
  if (fixed === undefined) {
    throw refuse('AMOUNT_INVALID', 'either payee_amount or payer_amount must be given', {
      fields: [{ field: 'payee_amount', description: 'is missing, and so is payer_amount' }],
    });
  }
  const isPayee = fixed.$case === 'payeeAmount';
  const field = isPayee ? 'payee_amount' : 'payer_amount';
  assertPayable(fixed.value, isPayee ? pair.to : pair.from, field);
  return { side: isPayee ? 'payee' : 'payer', amountMinor: fixed.value.amountMinor };
}

function assertPayable({ currencyCode, amountMinor }: Money, expected: string, field: string) {
  if (currencyCode !== expected) {
    throw refuseField('AMOUNT_INVALID', `${field}.currency_code`, `is not ${expected}`);
  }
  if (amountMinor > MAX_AMOUNT_MINOR) {
    throw refuseField('AMOUNT_TOO_LARGE', `${field}.amount_minor`, 'is above 10^15');
  }
  if (!isPayable(amountMinor, currencyCode)) {
    const what = 'is not above zero, or not an amount that can be paid in this currency';
    throw refuseField('AMOUNT_INVALID', `${field}.amount_minor`, what);
  }
}
