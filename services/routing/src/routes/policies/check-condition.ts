import { isCurrency } from '@causeway/money';
import { type Money, PaymentMethod } from '@causeway/proto/common';
import type { Condition } from '@causeway/proto/routing';
import type { Known } from './check.ts';
import type { Problems } from './problems.ts';

const MAX_VALUES = 256;

/** Notes what is wrong with the payments that a rule applies to. */
export function checkCondition(problems: Problems, when: Condition, known: Known): void {
  checkList(problems.at('issuer_ids'), when.issuerIds, known.isIssuer, 'a known wallet operator');
  checkList(
    problems.at('country_codes'),
    when.countryCodes,
    isCountry,
    'an ISO 3166-1 alpha-2 code',
  );
  checkList(problems.at('currency_codes'), when.currencyCodes, isCurrency, 'a known currency');
  checkList(problems.at('methods'), when.methods, isMethod, 'a way to pay');
  checkList(problems.at('category_codes'), when.categoryCodes, isCategory, 'four digits');
  checkList(problems.at('scheme_ids'), when.schemeIds, isScheme, '1 to 64 printable characters');
  const { minPayeeAmount: min, maxPayeeAmount: max, currencyCodes } = when;
  checkBound(problems.at('min_payee_amount'), min, currencyCodes);
  checkBound(problems.at('max_payee_amount'), max, currencyCodes);
  if (min && max) {
    const isRange = min.currencyCode === max.currencyCode && min.amountMinor <= max.amountMinor;
    const own = problems.at('max_payee_amount');
    own.require(isRange, 'is in the currency of the least amount and not below it');
  }
}

const isCountry = (code: string) => /^[A-Z]{2}$/.test(code);
const isMethod = (method: PaymentMethod) => method > 0 && PaymentMethod[method] !== undefined;
const isCategory = (code: string) => /^\d{4}$/.test(code);
const isScheme = (id: string) => /^[\x21-\x7e]{1,64}$/.test(id);

function checkList<T>(
  problems: Problems,
  values: readonly T[],
  isGood: (value: T) => boolean,
  wanted: string,
): void {
  problems.require(values.length <= MAX_VALUES, `takes at most ${MAX_VALUES} values`);
  for (const [index, value] of values.entries()) {
    problems.item(index).require(isGood(value), `is not ${wanted}: "${value}"`);
  }
}

/** A bound in a currency that the rule excludes would make the rule apply to nothing. */
function checkBound(
  problems: Problems,
  amount: Money | undefined,
  currencyCodes: readonly string[],
): void {
  if (amount === undefined) return;
  const { currencyCode, amountMinor } = amount;
  const isOwn = currencyCodes.length === 0 || currencyCodes.includes(currencyCode);
  problems.require(isCurrency(currencyCode), `is in no known currency: "${currencyCode}"`);
  problems.require(isOwn, 'is in a currency that the rule does not apply to');
  problems.require(amountMinor > 0n, 'is above zero');
}
