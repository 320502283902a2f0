import { DeclineReason } from '@causeway/proto/common';
import { RefusalClass, type RefusalRule, type RouteFees } from '@causeway/proto/routing';
import { REFUSAL_CODES } from '../connector/behaviours.ts';

/** Somebody at the end of a route. */
export interface RoutePartner {
  id: string;
  displayName: string;
  /** ISO 3166-1 alpha-2 code of its merchants' country. */
  countryCode: string;
  currencyCode: string;
  /** IANA name; its clearing day ends at midnight there. */
  timeZone: string;
}

/** Partners who have signed no merchant here, and reach those of their country's schemes. */
export const GATEWAYS: readonly RoutePartner[] = [
  {
    id: 'straits',
    displayName: 'Straits Gateway',
    countryCode: 'SG',
    currencyCode: 'SGD',
    timeZone: 'Asia/Singapore',
  },
];

/** What makes one partner's route different from another's. */
interface RouteTerms {
  /** The identifiers in the codes of the schemes whose merchants it reaches. */
  schemeIds: readonly string[];
  fees: RouteFees;
}

/**
 * Partners who are asked for their consent before the payer is debited, and through whom schemes
 * are reached. A PayNow code in Singapore has two ways: below SGD 25 `merlion` is the cheaper one.
 */
const CONNECTED: Readonly<Record<string, RouteTerms>> = {
  sakura: {
    schemeIds: ['jp.or.paymentsjapan'],
    fees: { partnerBps: 40, partnerFixedMinor: 0n, schemeBps: 25 },
  },
  siam: {
    schemeIds: ['A000000677010111', 'A000000677010112'],
    fees: { partnerBps: 30, partnerFixedMinor: 0n, schemeBps: 10 },
  },
  merlion: {
    schemeIds: ['SG.PAYNOW'],
    fees: { partnerBps: 45, partnerFixedMinor: 0n, schemeBps: 0 },
  },
  straits: {
    schemeIds: ['SG.PAYNOW', 'SG.COM.NETS'],
    fees: { partnerBps: 15, partnerFixedMinor: 5n, schemeBps: 10 },
  },
};

const UNCONNECTED: RouteTerms = {
  schemeIds: [],
  fees: { partnerBps: 50, partnerFixedMinor: 0n, schemeBps: 0 },
};

/** The partners who run connectors. */
export const CONNECTED_PARTNER_IDS: readonly string[] = Object.keys(CONNECTED);

/** The terms of a partner's route. */
export function routeTermsOf(partnerId: string): RouteTerms {
  return CONNECTED[partnerId] ?? UNCONNECTED;
}

/** The id of a partner's only route, for example `sakura-jp`. */
export function routeIdOf({ id, countryCode }: Pick<RoutePartner, 'id' | 'countryCode'>): string {
  return `${id}-${countryCode.toLowerCase()}`;
}

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
