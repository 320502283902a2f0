import type { RouteTarget } from '@causeway/proto/routing';
import type { PaymentRecord } from '../record.ts';

/** Where the money of an order may go: to the merchant that it was made for. */
export function orderTarget({ partnerId, payeeAmount, terms }: PaymentRecord): RouteTarget {
  const currencyCodes = payeeAmount ? [payeeAmount.currencyCode] : [];
  return {
    partnerId,
    merchant: { reference: terms?.merchant, currencyCodes, active: true },
    schemeId: '',
    schemeAccount: {},
  };
}
