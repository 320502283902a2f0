import type { Caller } from '@causeway/callers';
import type { SeededAcquirer, SeededMerchant } from '../world/acquirers.ts';

/** Signs up an acquirer's merchants, as that acquirer. The request ids make repeats harmless. */
export async function seedMerchants(partner: Caller, acquirer: SeededAcquirer): Promise<void> {
  await Promise.all(
    acquirer.merchants.map((merchant) => seedMerchant(partner, acquirer, merchant)),
  );
}

async function seedMerchant(
  partner: Caller,
  acquirer: SeededAcquirer,
  seeded: SeededMerchant,
): Promise<void> {
  const { merchant } = await partner.merchants.createMerchant({
    requestId: requestId(seeded.displayName),
    displayName: seeded.displayName,
    countryCode: acquirer.countryCode,
    city: acquirer.city,
    categoryCode: seeded.categoryCode,
    currencyCodes: [acquirer.currencyCode],
  });
  const merchantId = merchant?.merchantId ?? '';
  const { store } = await partner.merchants.createStore({
    merchantId,
    requestId: requestId(seeded.storeName),
    displayName: seeded.storeName,
  });
  const storeId = store?.storeId ?? '';
  for (const label of seeded.terminalLabels) {
    await partner.merchants.createTerminal({
      merchantId,
      storeId,
      requestId: requestId(label),
      label,
    });
  }
}

/** A request id that stays the same as long as the name does. */
export function requestId(name: string): string {
  return `seed-${name.toLowerCase().replaceAll(' ', '-')}`;
}
