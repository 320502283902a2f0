import { checkedAmount, checkedNonNegative, type Money } from './amount.ts';
import { type CurrencyCode, currency } from './currency.ts';
import { divide, powerOfTen, type Rounding } from './division.ts';
import { MoneyError } from './errors.ts';
import type { Rate } from './rate.ts';

/**
 * What the payer pays, in payer minor units, so that the payee gets `payee` exactly:
 * payee ÷ rate, rounded to the payer currency's step. Rounded 'up' (the rule for payments) the
 * remainder goes to the switch, and a positive payee amount never costs 0.
 * Throws `MoneyError` for an unknown currency, a negative amount or a result out of range.
 */
export function payerAmountFor(input: {
  payee: Money;
  payerCurrency: CurrencyCode;
  rate: Rate;
  rounding: Rounding;
}): bigint {
  const { step } = currency(input.payerCurrency);
  const { numerator, denominator } = exactPayer(input.payee, input.payerCurrency, input.rate);
  return checkedAmount(divide(numerator, denominator * step, input.rounding) * step);
}

/**
 * What the payee gets, in payee minor units, for a fixed payer amount: payer × rate, rounded to
 * the payee currency's step. Rounded 'down' the remainder stays with the switch.
 *
 * The answer is 0n when the payer amount does not buy one step of the payee currency. That is an
 * answer, not an error: whoever quotes (fx) refuses it before a quote exists. A quote fixed by
 * the payer's amount is then priced back with `payerAmountFor`, which never asks for more than
 * was offered, so that every payment is "payee exact, payer rounded up".
 */
export function payeeAmountFor(input: {
  payer: Money;
  payeeCurrency: CurrencyCode;
  rate: Rate;
  rounding: Rounding;
}): bigint {
  const { payer, rate, rounding } = input;
  const payerUnit = powerOfTen(currency(payer.currencyCode).exponent);
  const { exponent, step } = currency(input.payeeCurrency);
  const numerator = checkedNonNegative(payer.amountMinor) * rate.digits * powerOfTen(exponent);
  const denominator = payerUnit * powerOfTen(rate.scale);
  return checkedAmount(divide(numerator, denominator * step, rounding) * step);
}

/** Where a payer amount goes; the three parts sum exactly to it, all in payer minor units. */
export interface PayerSplit {
  /** What the payee amount costs at the mid rate, rounded down. */
  midMinor: bigint;
  /** What the all-in rate adds. Negative when a guaranteed rate is better than today's mid. */
  markupMinor: bigint;
  /** What rounding up added, from 0 to the currency's step: 0 or 1 for a step of 1. */
  residualMinor: bigint;
}

/**
 * Splits a payer amount that `payerAmountFor` rounded up at `rate`. Both divisions round down
 * and their remainders fall to the next part, so nothing is lost: mid = floor(exact at mid);
 * residual = payer − floor(exact at all-in); the markup is the rest.
 * Throws `SPLIT_MISMATCH` if the payer amount is not that rounded-up price.
 */
export function splitPayer(input: {
  payee: Money;
  payerCurrency: CurrencyCode;
  payerAmountMinor: bigint;
  midRate: Rate;
  rate: Rate;
}): PayerSplit {
  const { payee, payerCurrency, payerAmountMinor, midRate, rate } = input;
  const price = payerAmountFor({ payee, payerCurrency, rate, rounding: 'up' });
  if (price !== payerAmountMinor) {
    throw new MoneyError('SPLIT_MISMATCH', `payer amount is ${payerAmountMinor}, not ${price}`);
  }
  const midMinor = floorOf(exactPayer(payee, payerCurrency, midRate));
  const allInMinor = floorOf(exactPayer(payee, payerCurrency, rate));
  const residualMinor = payerAmountMinor - allInMinor;
  return { midMinor, markupMinor: allInMinor - midMinor, residualMinor };
}

interface Fraction {
  numerator: bigint;
  denominator: bigint;
}

/** The exact payer amount in payer minor units, before any rounding. */
function exactPayer(payee: Money, payerCurrency: CurrencyCode, rate: Rate): Fraction {
  const payerUnit = powerOfTen(currency(payerCurrency).exponent);
  const payeeUnit = powerOfTen(currency(payee.currencyCode).exponent);
  const amountMinor = checkedNonNegative(payee.amountMinor);
  return {
    numerator: amountMinor * payerUnit * powerOfTen(rate.scale),
    denominator: payeeUnit * rate.digits,
  };
}

function floorOf(value: Fraction): bigint {
  return checkedAmount(divide(value.numerator, value.denominator, 'down'));
}
