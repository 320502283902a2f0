import { formatMajor } from '@causeway/money';
import { NO_CURRENCY } from '../window-file.ts';

/** Major units with all digits of the currency; a window without a currency has zeros only. */
export function majorText({
  currencyCode,
  amountMinor,
}: {
  currencyCode: string;
  amountMinor: bigint;
}): string {
  return currencyCode === NO_CURRENCY
    ? amountMinor.toString()
    : formatMajor(amountMinor, currencyCode);
}
