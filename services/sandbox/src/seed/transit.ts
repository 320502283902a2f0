import type { Caller } from '@causeway/callers';
import type { TransitOperator } from '../world/transit.ts';
import { requestId } from './merchants.ts';

/** Signs up an operator's merchant and puts its lines, as that operator. Repeats change nothing. */
export async function seedTransit(partner: Caller, operator: TransitOperator): Promise<void> {
  const { displayName, countryCode, city, categoryCode, currencyCode, timeZone } = operator;
  const { merchant } = await partner.merchants.createMerchant({
    requestId: requestId(displayName),
    ...{ displayName, countryCode, city, categoryCode, currencyCodes: [currencyCode] },
  });
  const merchantId = merchant?.merchantId ?? '';
  await Promise.all(
    operator.lines.map((line) =>
      partner.transit.putTransitLine({
        line: { ...line, merchantId, storeId: '', currencyCode, timeZone },
      }),
    ),
  );
}
