import { DeclineReason } from '@causeway/proto/common';
import { RefusalClass, type RefusalRule, type RouteFees } from '@causeway/proto/routing';
import { REFUSAL_CODES } from '../connector/behaviours.ts';

/** A partner through whom merchants of a scheme are reached, and who has signed none here. */
export interface SeededGateway {
  id: string;
  displayName: string;
  countryCode: string;
}

/** Who competes with an acquirer for the codes of its country's schemes. */
export const GATEWAYS: readonly SeededGateway[] = [
  { id: 'straits', displayName: 'Straits Gateway', countryCode: 'SG' },
];

/** A way to the merchants of a country's schemes, who need not have been signed at the switch. */
export interface SchemeRoute {
  routeId: string;
  partnerId: string;
  countryCode: string;
  currencyCode: string;
  timeZone: string;
  /** The identifiers that stand in the schemes' codes. */
  schemeIds: readonly string[];
  fees: RouteFees;
}

const SINGAPORE = { countryCode: 'SG', currencyCode: 'SGD', timeZone: 'Asia/Singapore' } as const;

/** A PayNow code in Singapore has two ways, of which the first is cheaper for small amounts only. */
export const SCHEME_ROUTES: readonly SchemeRoute[] = [
  {
    routeId: 'siam-promptpay',
    partnerId: 'siam',
    ...{ countryCode: 'TH', currencyCode: 'THB', timeZone: 'Asia/Bangkok' },
    schemeIds: ['A000000677010111', 'A000000677010112'],
    fees: { partnerBps: 30, partnerFixedMinor: 0n, schemeBps: 10 },
  },
  {
    routeId: 'merlion-paynow',
    partnerId: 'merlion',
    ...SINGAPORE,
    schemeIds: ['SG.PAYNOW'],
    fees: { partnerBps: 45, partnerFixedMinor: 0n, schemeBps: 0 },
  },
  {
    routeId: 'straits-sgqr',
    partnerId: 'straits',
    ...SINGAPORE,
    schemeIds: ['SG.PAYNOW', 'SG.COM.NETS'],
    fees: { partnerBps: 15, partnerFixedMinor: 5n, schemeBps: 10 },
  },
  {
    routeId: 'sakura-jpqr',
    partnerId: 'sakura',
    ...{ countryCode: 'JP', currencyCode: 'JPY', timeZone: 'Asia/Tokyo' },
    schemeIds: ['jp.or.paymentsjapan'],
    fees: { partnerBps: 40, partnerFixedMinor: 0n, schemeBps: 25 },
  },
];

/** What an acquirer takes for payments to merchants of its own. */
export const OWN_MERCHANT_FEES: RouteFees = {
  partnerBps: 50,
  partnerFixedMinor: 0n,
  schemeBps: 0,
};

/** The partners who are asked for their consent before the payer is debited: they run connectors. */
export const CONNECTED_PARTNER_IDS: readonly string[] = [
  ...new Set(SCHEME_ROUTES.map(({ partnerId }) => partnerId)),
];

/** What the partners' refusal codes mean. `DO_NOT_HONOUR` is left to what holds for unlisted ones. */
export const REFUSAL_RULES: readonly RefusalRule[] = [
  {
    refusalCode: REFUSAL_CODES.merchantClosed,
    refusalClass: RefusalClass.FINAL,
    declineReason: DeclineReason.MERCHANT_INACTIVE,
  },
  {
    refusalCode: REFUSAL_CODES.busy,
    refusalClass: RefusalClass.RETRIABLE,
    declineReason: DeclineReason.PARTNER_UNAVAILABLE,
  },
  {
    refusalCode: REFUSAL_CODES.unclear,
    refusalClass: RefusalClass.UNKNOWN,
    declineReason: DeclineReason.UNSPECIFIED,
  },
];
