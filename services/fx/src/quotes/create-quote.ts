import { formatMoney, type Money } from '@causeway/money';
import type { Quote } from '@causeway/proto/fx';
import { type Clock, type Random, uuidFrom } from '@causeway/runtime';
import { noFreshRate, refuse } from '../errors.ts';
import { metrics } from '../metrics.ts';
import type { Pair } from '../pairs.ts';
import { type Chosen, chooseTerms, type Prices } from './choose-terms.ts';
import {
  type FixedSide,
  type PricedAmount,
  priceAmount,
  type Unpriceable,
} from './price-amount.ts';
import { signQuote, type TokenKey } from './token.ts';

/** What is to be quoted, checked as far as the request alone can be. */
export interface QuoteRequest {
  pair: Pair;
  fixed: FixedSide;
  /** The payment that it is for; empty for a quote that is only shown. */
  paymentId: string;
  payeeCountryCode: string;
  honourShownBoards: boolean;
}

/** What quotes are made with. */
export interface QuoteDesk {
  clock: Clock;
  random: Random;
  prices: Prices;
  /** For how long a price is guaranteed, in milliseconds. */
  ttlMs: number;
  tokenKey: TokenKey;
}

/**
 * Prices one amount, from memory alone: nothing is written, since a quote for a payment lives in
 * the payment, and a shown one in its token. Throws the refusals of the proto.
 */
export function createQuote(desk: QuoteDesk, request: QuoteRequest): Quote {
  const nowMs = desk.clock.nowMs();
  const chosen = chooseTerms(desk.prices, request, nowMs);
  if (chosen === undefined) {
    metrics.quotes.add(1, { outcome: 'NO_FRESH_RATE' });
    throw noFreshRate(`${request.pair.from} to ${request.pair.to}`);
  }
  const priced = priceAmount(request.pair, request.fixed, chosen.terms);
  if (typeof priced === 'string') {
    metrics.quotes.add(1, { outcome: priced });
    throw refuseAmount(priced, request);
  }
  metrics.quotes.add(1, { outcome: 'quoted' });
  const { paymentId } = request;
  const quoteId = paymentId === '' ? desk.random.uuid() : uuidFrom('quote', paymentId);
  const quote = quoteOf(quoteId, request.pair, chosen, priced, nowMs + desk.ttlMs);
  if (paymentId === '') quote.token = signQuote(quote, desk.tokenKey);
  return quote;
}

function quoteOf(
  quoteId: string,
  pair: Pair,
  { terms, boardId }: Chosen,
  priced: PricedAmount,
  expiresAtMs: number,
): Quote {
  const inPayer = (amountMinor: bigint): Money => ({ currencyCode: pair.from, amountMinor });
  return {
    quoteId,
    rateBoardId: boardId,
    pair: { payerCurrencyCode: pair.from, payeeCurrencyCode: pair.to },
    payeeAmount: { currencyCode: pair.to, amountMinor: priced.payeeMinor },
    payerAmount: inPayer(priced.payerMinor),
    rate: terms.rateText,
    midRate: terms.midText,
    referenceRate: terms.reference.text,
    referenceSource: terms.reference.source,
    markupBps: terms.markupBps,
    midPart: inPayer(priced.midMinor),
    markupPart: inPayer(priced.markupMinor),
    residualPart: inPayer(priced.residualMinor),
    expireTime: new Date(expiresAtMs),
    guaranteed: true,
    token: '',
  };
}

function refuseAmount(reason: Unpriceable, { pair, fixed }: QuoteRequest): Error {
  const currencyCode = fixed.side === 'payee' ? pair.to : pair.from;
  const amount = formatMoney({ currencyCode, amountMinor: fixed.amountMinor });
  const why =
    reason === 'AMOUNT_TOO_SMALL' ? 'converts to less than one minor unit' : 'is too large';
  return refuse(reason, `${amount} ${why} in ${pair.from} to ${pair.to}`, {
    fields: [{ field: `${fixed.side}_amount`, description: why }],
  });
}
