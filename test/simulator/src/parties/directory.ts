import {
  type Issuer,
  type MerchantProfile,
  RefusalClass,
  type Route,
  type RouteTarget,
} from '@causeway/proto/routing';
import type { Chance } from '../kernel/chance.ts';

const CLEARING = { timeZone: 'Asia/Tokyo', cutOffSeconds: 0 };
const SCHEME = 'JPQR';

/** What is sold in. */
export const CURRENCIES = ['JPY', 'THB', 'KWD', 'HKD'] as const;

/** The acquirer that charges codes and makes orders. */
export const ACQUIRER = 'sakura';

export const ISSUER: Issuer = {
  ...{ issuerId: 'harbour-wallet', displayName: 'Harbour', currencyCode: 'HKD' },
  ...{ countryCode: 'HK', codePrefixes: ['852101'], address: 'wallet', clearing: CLEARING },
};

export const MERCHANT: MerchantProfile = {
  reference: {
    ...{ merchantId: '8f0c6f0e-0000-8000-8000-0000000000ee', storeId: '', terminalId: '' },
    ...{ displayName: 'Shop', countryCode: 'JP', city: 'Tokyo', categoryCode: '5812' },
  },
  currencyCodes: [...CURRENCIES],
  active: true,
};

/** What a scanned code says. */
export const SCANNED: RouteTarget = {
  ...{ partnerId: '', merchant: MERCHANT, schemeId: SCHEME, schemeAccount: { id: '7' } },
};

/** What partners' refusals mean; a code that is not listed is final. */
const RULES = [
  { refusalCode: 'BUSY', refusalClass: RefusalClass.RETRIABLE, declineReason: 0 },
  { refusalCode: 'UNCLEAR', refusalClass: RefusalClass.UNKNOWN, declineReason: 0 },
];

/** The routes of a history: in some of them the acquirer has no connector, or few calls fit in. */
export function routesOf(chance: Chance): Route[] {
  const hasConnector = chance.happens('the acquirer has a connector', 0.85);
  const maxInFlight = chance.pick('room at connectors', [0, 0, 0, 2]);
  const route = (routeId: string, partnerId: string, asks: boolean, scheme: boolean): Route => ({
    ...{ routeId, partnerId, countryCode: 'JP', currencyCodes: [...CURRENCIES], fees: undefined },
    ...{ clearing: CLEARING, schemeIds: scheme ? [SCHEME] : [], refusalRules: RULES, maxInFlight },
    connectorAddress: asks ? routeId : '',
  });
  const own = [
    route('sakura-1', ACQUIRER, hasConnector, false),
    route('sakura-2', ACQUIRER, hasConnector, true),
  ];
  const others = [route('kiku-1', 'kiku', true, true), route('ume-1', 'ume', true, true)];
  const last = route('matsu-1', 'matsu', false, true);
  const inOrder = chance.happens('the acquirer comes first', 0.5)
    ? [...own, ...others]
    : [...others, ...own];
  return chance.happens('there is a route without a connector', 0.5) ? [...inOrder, last] : inOrder;
}
