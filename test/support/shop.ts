import type { Caller } from '@causeway/callers';
import { issueCertificates } from '@causeway/deploy-local';
import { ACQUIRERS } from '@causeway/sandbox';
import type { World } from './world.ts';

/** A merchant where one can pay, with the acquirer that signed it. */
export interface Shop {
  partner: Caller;
  merchantId: string;
  /** ISO 3166-1 alpha-2 code. */
  countryCode: string;
  currencyCode: string;
  routeId: string;
}

/** What a shop of a test's own is like; a shop in Tokyo unless told. */
export interface ShopOptions {
  countryCode?: string;
  currencyCode?: string;
}

/** The first merchant of a seeded acquirer, by the acquirer's id: `sakura` is Tokyo's. */
export async function seededShop(world: World, partnerId: string): Promise<Shop> {
  const acquirer = ACQUIRERS.find(({ id }) => id === partnerId);
  if (acquirer === undefined) throw new Error(`no acquirer ${partnerId} is seeded`);
  const { countryCode, currencyCode } = acquirer;
  const partner = world.callers.as(partnerId);
  const { merchants } = await partner.merchants.listMerchants({ pageSize: 1, pageToken: '' });
  const merchantId = merchants[0]?.merchantId ?? '';
  const routeId = `${partnerId}-${countryCode.toLowerCase()}`;
  return { partner, merchantId, countryCode, currencyCode, routeId };
}

/**
 * A shop of a new acquirer that no other test knows: it has its own certificate, route, feed and
 * positions, which this test alone moves.
 */
export async function openShop(
  world: World,
  { countryCode = 'JP', currencyCode = 'JPY' }: ShopOptions = {},
): Promise<Shop> {
  const partnerId = world.id('p').slice(0, 20).replace(/-$/, '0');
  const partner = await newPartner(world, partnerId);
  const displayName = 'End-to-end acquirer';
  await world.ops.partners.putPartner({ partner: { partnerId, displayName, countryCode } });
  const routeId = `${partnerId}-r`;
  await world.ops.directory.putRoute({
    route: {
      routeId,
      partnerId,
      countryCode,
      currencyCodes: [currencyCode],
      clearing: { timeZone: 'Asia/Tokyo', cutOffSeconds: 0 },
      ...{ schemeIds: [], connectorAddress: '', fees: undefined, refusalRules: [], maxInFlight: 0 },
    },
  });
  const merchantId = await openMerchant(world, partner, { countryCode, currencyCode });
  return { partner, merchantId, countryCode, currencyCode, routeId };
}

/** Somebody with a partner's certificate of this stack, whom no operator has entered yet. */
export async function newPartner(world: World, partnerId: string): Promise<Caller> {
  await issueCertificates(world.stack.certs, [{ kind: 'partner', id: partnerId }]);
  return world.callers.as(partnerId);
}

/** Another merchant of a partner. */
export async function openMerchant(
  world: World,
  partner: Caller,
  { countryCode = 'JP', currencyCode = 'JPY' }: ShopOptions = {},
): Promise<string> {
  const { merchant } = await partner.merchants.createMerchant({
    requestId: world.id('merchant'),
    displayName: 'End-to-end shop',
    countryCode,
    city: 'Anywhere',
    categoryCode: '5814',
    currencyCodes: [currencyCode],
  });
  return merchant?.merchantId ?? '';
}
