import type { Caller } from '@causeway/callers';
import type { Merchant } from '@causeway/proto/acquiring';

/** A counter where one can pay: a merchant with its store and terminals. */
export interface Place {
  partnerId: string;
  merchantId: string;
  storeId: string;
  terminalIds: readonly string[];
  displayName: string;
  city: string;
  countryCode: string;
  /** The first of the currencies that the merchant sells in. */
  currencyCode: string;
}

const PAGE_SIZE = 500;

/** All counters of a partner's merchants that are open, as the partner sees them. */
export async function placesOf(partner: Caller): Promise<Place[]> {
  const page = await partner.merchants.listMerchants({ pageSize: PAGE_SIZE, pageToken: '' });
  const open = page.merchants.filter((merchant) => merchant.active);
  const places = await Promise.all(
    open.map(async ({ merchantId }) => {
      const { merchant } = await partner.merchants.getMerchant({ merchantId });
      return merchant === undefined ? [] : placesAt(merchant);
    }),
  );
  return places.flat();
}

function placesAt(merchant: Merchant): Place[] {
  return merchant.stores.map((store) => ({
    partnerId: merchant.partnerId,
    merchantId: merchant.merchantId,
    storeId: store.storeId,
    terminalIds: store.terminals.map((terminal) => terminal.terminalId),
    displayName: merchant.displayName,
    city: merchant.city,
    countryCode: merchant.countryCode,
    currencyCode: merchant.currencyCodes[0] ?? '',
  }));
}
