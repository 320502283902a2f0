import { type Money, payeeAmountFor, payerAmountFor, splitPayer } from '@causeway/money';
import type { Terms } from '../markup/ladder.ts';
import type { Pair } from '../pairs.ts';

/** What is to be priced: one side's amount, in its own currency. */
export interface FixedSide {
  readonly side: 'payee' | 'payer';
  readonly amountMinor: bigint;
}

/** Both amounts of a conversion and the three parts that the payer's sums from. */
export interface PricedAmount {
  readonly payeeMinor: bigint;
  readonly payerMinor: bigint;
  /** What the payee's amount is worth at the middle, rounded down. Payer minor units, as all parts. */
  readonly midMinor: bigint;
  readonly markupMinor: bigint;
  readonly residualMinor: bigint;
}

/**
 * The size of a payment, which its tier follows from: the fixed amount in the payer's minor
 * units, at the middle rate, rounded down.
 */
export function sizeMinor(pair: Pair, fixed: FixedSide, mid: Terms['midRate']): bigint {
  if (fixed.side === 'payer') return fixed.amountMinor;
  const payee = { currencyCode: pair.to, amountMinor: fixed.amountMinor };
  return payerAmountFor({ payee, payerCurrency: pair.from, rate: mid, rounding: 'down' });
}

/**
 * Prices one amount. With the payee's side fixed the payer's rounds up; with the payer's side
 * fixed the payee's rounds down to a payable step, and what that step leaves over is residual.
 * Undefined where what the payee gets is nothing, or converts to less than one minor unit of the
 * payer's currency: rounding would then be most of the price. Throws `AMOUNT_OUT_OF_RANGE`.
 */
export function priceAmount(pair: Pair, fixed: FixedSide, terms: Terms): PricedAmount | undefined {
  const payee = { currencyCode: pair.to, amountMinor: payeeMinorOf(pair, fixed, terms) };
  if (payee.amountMinor === 0n) return undefined;
  const priced = split(pair, fixed, payee, terms);
  assertSound(priced);
  return priced.midMinor + priced.markupMinor > 0n ? priced : undefined;
}

function payeeMinorOf(pair: Pair, fixed: FixedSide, { rate }: Terms): bigint {
  if (fixed.side === 'payee') return fixed.amountMinor;
  const payer = { currencyCode: pair.from, amountMinor: fixed.amountMinor };
  return payeeAmountFor({ payer, payeeCurrency: pair.to, rate, rounding: 'down' });
}

function split(pair: Pair, fixed: FixedSide, payee: Money, terms: Terms): PricedAmount {
  const { rate, midRate } = terms;
  const priceMinor = payerAmountFor({ payee, payerCurrency: pair.from, rate, rounding: 'up' });
  const payerMinor = fixed.side === 'payer' ? fixed.amountMinor : priceMinor;
  const price = { payee, payerCurrency: pair.from, payerAmountMinor: priceMinor };
  const { midMinor, markupMinor, residualMinor } = splitPayer({ ...price, midRate, rate });
  return {
    payeeMinor: payee.amountMinor,
    payerMinor,
    midMinor,
    markupMinor,
    residualMinor: residualMinor + payerMinor - priceMinor,
  };
}

/** The books are posted from these parts: none may be negative, and none may be missing. */
function assertSound({ payerMinor, midMinor, markupMinor, residualMinor }: PricedAmount): void {
  const isWhole = midMinor + markupMinor + residualMinor === payerMinor;
  if (isWhole && midMinor >= 0n && markupMinor >= 0n && residualMinor >= 0n) return;
  throw new Error(
    `a price of ${payerMinor} does not split: ${midMinor}, ${markupMinor}, ${residualMinor}`,
  );
}
