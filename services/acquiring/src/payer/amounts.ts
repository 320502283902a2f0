import type { Price, Tip } from '@causeway/emvqr';
import { formatMoney, isPayable, type Money, shareOf } from '@causeway/money';
import { Fields } from '../fields.ts';

/** What the payer entered. */
export interface Entered {
  payeeAmount: Money | undefined;
  tipAmount: Money | undefined;
}

/** What the payer is to pay in the payee's currency. */
export interface Due {
  /** Without the tip. */
  payeeAmount: Money;
  /** Absent where nothing is added. */
  tipAmount: Money | undefined;
  /** Both together, which the payee gets. */
  total: Money;
}

/**
 * What is due by a code and what the payer entered, exactly; undefined while the amount is open.
 * Throws AMOUNT_INVALID where the payer entered another amount or tip than the code fixes, a tip
 * that it does not ask for, another currency, or what cannot be paid.
 */
export function amountDue(price: Price, entered: Entered): Due | undefined {
  const { code } = price.currency;
  const fields = new Fields();
  checkCurrency(fields, 'payee_amount', entered.payeeAmount, code);
  checkCurrency(fields, 'tip_amount', entered.tipAmount, code);
  fields.refuse();
  const amountMinor = amountOf(fields, price, entered.payeeAmount?.amountMinor);
  const enteredTip = entered.tipAmount?.amountMinor ?? 0n;
  if (amountMinor === undefined) return undefined;
  const tipMinor = tipOf(fields, price.tip, enteredTip, { currencyCode: code, amountMinor });
  const totalMinor = amountMinor + tipMinor;
  if (!isPayable(totalMinor, code)) {
    fields.wrong('tip_amount.amount_minor', 'makes more than can be paid', 'AMOUNT_INVALID');
  }
  fields.refuse();
  const money = (minor: bigint): Money => ({ currencyCode: code, amountMinor: minor });
  return {
    payeeAmount: money(amountMinor),
    tipAmount: tipMinor === 0n ? undefined : money(tipMinor),
    total: money(totalMinor),
  };
}

function checkCurrency(fields: Fields, field: string, value: Money | undefined, code: string) {
  if (value === undefined || value.currencyCode === code) return;
  fields.wrong(`${field}.currency_code`, `must be ${code}`, 'AMOUNT_INVALID');
}

/** The amount without the tip; undefined where neither the code nor the payer says one. */
function amountOf(
  fields: Fields,
  { amount: fixed, currency }: Price,
  entered: bigint | undefined,
): bigint | undefined {
  const field = 'payee_amount.amount_minor';
  if (fixed !== undefined) {
    if (entered !== undefined && entered !== fixed.amountMinor) {
      fields.wrong(field, `the code fixes ${formatMoney(fixed)}`, 'AMOUNT_INVALID');
    }
    return fixed.amountMinor;
  }
  if (entered !== undefined && !isPayable(entered, currency.code)) {
    const description = `must be above zero and payable in ${currency.code}`;
    fields.wrong(field, description, 'AMOUNT_INVALID');
  }
  fields.refuse();
  return entered;
}

/** The tip in minor units; 0 for none. */
function tipOf(fields: Fields, tip: Tip, entered: bigint, amount: Money): bigint {
  const { currencyCode } = amount;
  const field = 'tip_amount.amount_minor';
  const wrong = (description: string) => fields.wrong(field, description, 'AMOUNT_INVALID');
  if (tip.kind === 'prompt') {
    if (entered !== 0n && !isPayable(entered, currencyCode)) {
      wrong(`must be payable in ${currencyCode}, or empty`);
    }
    return entered;
  }
  const fixed = fixedTip(tip, amount);
  if (entered !== 0n && entered !== fixed) {
    wrong(
      fixed === 0n
        ? 'the code asks for none'
        : `the code fixes ${formatMoney({ currencyCode, amountMinor: fixed })}`,
    );
  }
  return fixed;
}

function fixedTip(tip: Exclude<Tip, { kind: 'prompt' }>, amount: Money): bigint {
  switch (tip.kind) {
    case 'none':
      return 0n;
    case 'fixed':
      return tip.amount.amountMinor;
    case 'percent':
      return shareOf(amount, tip.bps);
  }
}
