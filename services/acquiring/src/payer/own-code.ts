import type { Price } from '@causeway/emvqr';
import { currency } from '@causeway/money';
import { referenceAt } from '../codes/code.ts';
import type { PlacedCode } from '../codes/store.ts';
import { OWN_SCHEME } from '../presented/payload.ts';
import type { ReadMerchant } from './reading.ts';
import { unreadable } from './unreadable.ts';

/**
 * The merchant of one of our own codes, as it is on record. What the payload says beside the code's
 * id must agree: a copy with another amount is refused. Whatever other schemes stand in a payload
 * with our template are left alone, since the record that the payer is shown does not vouch for
 * them.
 */
export function readOwn({ code, merchant }: PlacedCode, stated: Price): ReadMerchant {
  const price = priceOnRecord(code);
  assertStates(stated, price);
  const reference = referenceAt(merchant, code);
  const active = code.active && merchant.active;
  const { partnerId, currencyCodes } = merchant;
  const profile = { reference, currencyCodes, active };
  return {
    ...{ kind: 'merchant', merchant: reference, price, active, schemeIds: [OWN_SCHEME] },
    targets: [{ partnerId, merchant: profile, schemeId: '', schemeAccount: {} }],
    ...{ problems: [], localName: '', orderReference: '' },
  };
}

function priceOnRecord({ currencyCode, amountMinor, askTip }: PlacedCode['code']): Price {
  return {
    currency: currency(currencyCode),
    amount: amountMinor === null ? undefined : { currencyCode, amountMinor },
    tip: { kind: askTip ? 'prompt' : 'none' },
  };
}

/** Throws CODE_UNREADABLE where a payload says another price than what it leads to. */
export function assertStates(stated: Price, expected: Price): void {
  const isSame =
    stated.currency.code === expected.currency.code &&
    stated.amount?.amountMinor === expected.amount?.amountMinor &&
    stated.tip.kind === expected.tip.kind;
  if (!isSame)
    throw unreadable('the code was changed: it says another price than the one on record');
}
