import { isPayable } from '@causeway/money';
import { type Conversion, DeclineReason, type Money } from '@causeway/proto/common';
import type { FxServiceService, Quote, SettlementPrice } from '@causeway/proto/fx';
import type { Issuer } from '@causeway/proto/routing';
import type { Client } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import { refuse } from '../../errors.ts';

/** What of fx a price needs. */
export type Fx = Pick<Client<typeof FxServiceService>, 'createQuote'>;

/** What the payer pays, or why there is no price. */
export type Price =
  | {
      payerAmount: Money;
      /** Undefined where both sides have the same currency. */
      conversion: Conversion | undefined;
      /** Until when fx promises it; undefined where there is nothing to promise. */
      expiresAt: Date | undefined;
      /** The payee's amount in those of the settlement currencies that have a fresh rate. */
      settlementPrices: readonly SettlementPrice[];
    }
  | { decline: DeclineReason };

/** What fx refuses on business grounds, as the decline that the payment gets. */
const QUOTE_DECLINES: Record<string, DeclineReason> = {
  CURRENCY_UNSUPPORTED: DeclineReason.CURRENCY_UNSUPPORTED,
  NO_FRESH_RATE: DeclineReason.NO_FRESH_RATE,
  // fx may know of a stop of everything a moment before this replica does.
  PRICING_STOPPED: DeclineReason.STOPPED,
  AMOUNT_TOO_SMALL: DeclineReason.AMOUNT_TOO_SMALL,
  AMOUNT_TOO_LARGE: DeclineReason.AMOUNT_TOO_LARGE,
};

/** What is priced. */
export interface Priced {
  paymentId: string;
  payeeAmount: Money;
  /** The merchant's country, which names the corridor. */
  countryCode: string;
  /** Whether the payer may have been shown any rate board that is still guaranteed. */
  honourShownBoards: boolean;
  /** The currencies, other than the payee's, that acquirers may be settled in; nearly always none. */
  settlementCurrencyCodes: string[];
}

/**
 * Prices a payment in the currency of the issuer's wallets. Refuses FIELD_INVALID for an amount
 * that cannot be paid, DEPENDENCY_UNAVAILABLE where no price can be had now.
 */
export async function priceOf(fx: Fx, { currencyCode }: Issuer, asked: Priced): Promise<Price> {
  const { payeeAmount, paymentId, countryCode, honourShownBoards } = asked;
  const { settlementCurrencyCodes } = asked;
  const isAtPar = currencyCode === payeeAmount.currencyCode;
  if (isAtPar) assertPayable(payeeAmount);
  if (isAtPar && settlementCurrencyCodes.length === 0) return priceAtPar(payeeAmount, []);
  try {
    const { quote, settlementPrices } = await fx.createQuote({
      pair: { payerCurrencyCode: currencyCode, payeeCurrencyCode: payeeAmount.currencyCode },
      fixedSide: { $case: 'payeeAmount', value: payeeAmount },
      paymentId,
      payeeCountryCode: countryCode,
      honourShownBoards,
      settlementCurrencyCodes,
    });
    if (isAtPar) return priceAtPar(payeeAmount, settlementPrices);
    if (!quote?.payerAmount) throw new Error('fx answered no quote');
    const { payerAmount, expireTime } = quote;
    const conversion = conversionOf(quote);
    return { payerAmount, conversion, expiresAt: expireTime, settlementPrices };
  } catch (error) {
    const reason = error instanceof Refusal ? QUOTE_DECLINES[error.reason] : undefined;
    if (reason !== undefined) return { decline: reason };
    if (error instanceof Refusal && error.reason === 'AMOUNT_INVALID') {
      throw refuse('FIELD_INVALID', error.message, { fields: [...error.fields] });
    }
    throw refuse('DEPENDENCY_UNAVAILABLE', 'no rate can be had now; nothing was recorded', {
      retryAfterMs: 1_000,
      cause: error,
    });
  }
}

function priceAtPar(payerAmount: Money, settlementPrices: readonly SettlementPrice[]): Price {
  return { payerAmount, conversion: undefined, expiresAt: undefined, settlementPrices };
}

function assertPayable({ amountMinor, currencyCode }: Money): void {
  if (isPayable(amountMinor, currencyCode)) return;
  const field = 'payee_amount.amount_minor';
  const description = 'is not an amount that can be paid in this currency';
  throw refuse('FIELD_INVALID', `${field} ${description}`, { fields: [{ field, description }] });
}

function conversionOf(quote: Quote): Conversion {
  const { quoteId, rateBoardId, rate, midRate, referenceRate, referenceSource, markupBps } = quote;
  const { midPart, markupPart, residualPart } = quote;
  return {
    ...{ quoteId, rateBoardId, rate, midRate, referenceRate, referenceSource, markupBps },
    ...{ midPart, markupPart, residualPart },
  };
}
