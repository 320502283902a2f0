import { formatMoney, type Money, MoneyError } from '@causeway/money';
import type { Quote } from '@causeway/proto/fx';
import { type Clock, type Random, uuidFrom } from '@causeway/runtime';
import { noFreshRate, refuse } from '../errors.ts';
import { metrics } from '../metrics.ts';
import type { Pair } from '../pairs.ts';
import { type Chosen, chooseTerms, type Prices } from './choose-terms.ts';
import { type FixedSide, type PricedAmount, priceAmount } from './price-amount.ts';
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

type Reason = 'NO_FRESH_RATE' | 'AMOUNT_TOO_SMALL' | 'AMOUNT_TOO_LARGE';

/**
 * Prices one amount, from memory alone: nothing is written, since a quote for a payment lives in
 * the payment, and a shown one in its token. Throws the refusals of the proto.
 */
export function createQuote(desk: QuoteDesk, request: QuoteRequest): Quote {
  const nowMs = desk.clock.nowMs();
  const outcome = price(desk.prices, request, nowMs);
  if (typeof outcome === 'string') {
    metrics.quotes.add(1, { outcome });
    throw refusalOf(outcome, request);
  }
  metrics.quotes.add(1, QUOTED);
  const { paymentId } = request;
  const quoteId = paymentId === '' ? desk.random.uuid() : uuidFrom('quote', paymentId);
  const quote = quoteOf(quoteId, request.pair, outcome, nowMs + desk.ttlMs);
  if (paymentId === '') quote.token = signQuote(quote, desk.tokenKey);
  return quote;
}

const QUOTED = { outcome: 'QUOTED' };

interface Outcome {
  chosen: Chosen;
  priced: PricedAmount;
}

function price(prices: Prices, request: QuoteRequest, nowMs: number): Outcome | Reason {
  try {
    const chosen = chooseTerms(prices, request, nowMs);
    if (chosen === undefined) return 'NO_FRESH_RATE';
    const priced = priceAmount(request.pair, request.fixed, chosen.terms);
    return priced === undefined ? 'AMOUNT_TOO_SMALL' : { chosen, priced };
  } catch (error) {
    const isTooLarge = error instanceof MoneyError && error.code === 'AMOUNT_OUT_OF_RANGE';
    if (isTooLarge) return 'AMOUNT_TOO_LARGE';
    throw error;
  }
}

function quoteOf(
  quoteId: string,
  pair: Pair,
  { chosen: { terms, boardId }, priced }: Outcome,
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

function refusalOf(reason: Reason, { pair, fixed }: QuoteRequest): Error {
  if (reason === 'NO_FRESH_RATE') return noFreshRate(`${pair.from} to ${pair.to}`);
  const currencyCode = fixed.side === 'payee' ? pair.to : pair.from;
  const amount = formatMoney({ currencyCode, amountMinor: fixed.amountMinor });
  const why =
    reason === 'AMOUNT_TOO_SMALL' ? 'converts to less than one minor unit' : 'is too large';
  return refuse(reason, `${amount} ${why} from ${pair.from} to ${pair.to}`, {
    fields: [{ field: `${fixed.side}_amount`, description: why }],
  });
}
