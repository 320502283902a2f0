import { isCurrency, MAX_AMOUNT_MINOR } from '@causeway/money';
import type { Money } from '@causeway/proto/common';
import type { RequestFields } from '@causeway/rpc';

/**
 * The amount of a request's field, which notes what is wrong with it: the currency is unknown, the
 * amount is missing, too large, or does not fit.
 */
export function amountIn(
  fields: RequestFields,
  field: string,
  value: Money | undefined,
  fits: (amountMinor: bigint) => boolean,
): { currencyCode: string; amountMinor: bigint } {
  const { currencyCode = '', amountMinor = 0n } = value ?? {};
  if (value === undefined) fields.wrong(field, 'is required');
  else if (!isCurrency(currencyCode)) {
    fields.wrong(`${field}.currency_code`, 'must be the ISO 4217 code of a known currency');
  } else if (amountMinor > MAX_AMOUNT_MINOR || amountMinor < -MAX_AMOUNT_MINOR) {
    fields.wrong(`${field}.amount_minor`, 'is too large');
  } else if (!fits(amountMinor)) {
    fields.wrong(`${field}.amount_minor`, 'is not an amount that this can be');
  }
  return { currencyCode, amountMinor };
}
