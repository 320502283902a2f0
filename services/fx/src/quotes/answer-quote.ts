import type { CreateQuoteRequest, CreateQuoteResponse } from '@causeway/proto/fx';
import { refuseField } from '../errors.ts';
import { checkedAtPar, checkedQuoteRequest } from './check-request.ts';
import { createQuote, type QuoteDesk } from './create-quote.ts';
import { settlementPrices } from './settlement-prices.ts';

/** More currencies than are offered. */
const MAX_SETTLEMENT_CURRENCIES = 16;

/**
 * The quote, and what the payee's amount is worth in the settlement currencies that are asked for,
 * from the same prices. Within one currency there is only the latter. Throws the refusals of the proto.
 */
export function answerQuote(desk: QuoteDesk, request: CreateQuoteRequest): CreateQuoteResponse {
  const { settlementCurrencyCodes: codes, pair } = request;
  if (codes.length > MAX_SETTLEMENT_CURRENCIES) {
    const most = `are more than ${MAX_SETTLEMENT_CURRENCIES}`;
    throw refuseField('FIELD_INVALID', 'settlement_currency_codes', most);
  }
  const isAtPar = codes.length > 0 && pair?.payerCurrencyCode === pair?.payeeCurrencyCode;
  const quote = isAtPar ? undefined : createQuote(desk, checkedQuoteRequest(request));
  const payee = quote?.payeeAmount ?? checkedAtPar(request);
  const { market } = desk.prices;
  return {
    quote,
    settlementPrices: settlementPrices(market, payee, codes, desk.clock.nowMs()),
  };
}
