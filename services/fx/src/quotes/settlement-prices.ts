import { type Money, MoneyError, payeeAmountFor } from '@causeway/money';
import type { SettlementPrice } from '@causeway/proto/fx';
import { isOffered } from '../currencies.ts';
import { refuse } from '../errors.ts';
import type { Market, Mid } from '../market/market.ts';
import { pairKey } from '../pairs.ts';

/**
 * What a payee's amount is worth at the market's middle in each of the currencies, rounded down to
 * what can be paid; the remainder stays with the switch. One of which there is no fresh rate is left
 * out. Throws AMOUNT_TOO_LARGE.
 *
 * @param nowMs epoch milliseconds
 */
export function settlementPrices(
  market: Pick<Market, 'midOf'>,
  payee: Money,
  currencyCodes: readonly string[],
  nowMs: number,
): SettlementPrice[] {
  return currencyCodes.flatMap((code) => {
    if (!isOffered(code) || !isOffered(payee.currencyCode) || code === payee.currencyCode)
      return [];
    const mid = market.midOf(pairKey(payee.currencyCode, code), nowMs);
    return mid
      ? [{ amount: { currencyCode: code, amountMinor: worth(payee, mid) }, rate: mid.text }]
      : [];
  });
}

function worth(payer: Money, { rate, to }: Mid): bigint {
  try {
    return payeeAmountFor({ payer, payeeCurrency: to, rate, rounding: 'down' });
  } catch (error) {
    const isTooLarge = error instanceof MoneyError && error.code === 'AMOUNT_OUT_OF_RANGE';
    if (isTooLarge) throw refuse('AMOUNT_TOO_LARGE', `the amount is too large in ${to}`);
    throw error;
  }
}
