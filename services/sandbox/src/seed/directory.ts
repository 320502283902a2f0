import type { Caller } from '@causeway/callers';
import type { Route } from '@causeway/proto/routing';
import { ACQUIRERS } from '../world/acquirers.ts';
import type { SeededIssuer } from '../world/issuers.ts';
import {
  GATEWAYS,
  REFUSAL_RULES,
  type RoutePartner,
  routeIdOf,
  routeTermsOf,
} from '../world/routes.ts';
import { connectorOf } from '../world/servers.ts';
import { TRANSIT_OPERATORS } from '../world/transit.ts';

const MIDNIGHT = 0;

/** Service → host:port, as in `endpoints.json`. */
type Endpoints = Readonly<Record<string, string>>;

/**
 * Tells the switch, as its operator, who takes part: the wallet operators with their prefixes and
 * addresses, the acquirers and gateways, and a route to each. Writing the same again changes
 * nothing. A partner whose connector is not among the endpoints is not asked for its consent.
 */
export async function seedDirectory(
  operator: Caller,
  issuers: readonly SeededIssuer[],
  endpoints: Endpoints,
): Promise<void> {
  await Promise.all([
    ...issuers.map((issuer) => seedIssuer(operator, issuer, endpoints[issuer.service] ?? '')),
    ...[...ACQUIRERS, ...GATEWAYS, ...TRANSIT_OPERATORS].map((partner) =>
      seedPartner(operator, partner, endpoints[connectorOf(partner.id)]),
    ),
  ]);
}

async function seedPartner(
  operator: Caller,
  partner: RoutePartner,
  connectorAddress: string | undefined,
): Promise<void> {
  const { id, displayName, countryCode } = partner;
  await operator.partners.putPartner({ partner: { partnerId: id, displayName, countryCode } });
  await operator.directory.putRoute({ route: routeTo(partner, connectorAddress) });
}

async function seedIssuer(
  operator: Caller,
  { id, displayName, currencyCode, countryCode, codePrefix, timeZone }: SeededIssuer,
  address: string,
): Promise<void> {
  await operator.directory.putIssuer({
    issuer: {
      ...{ issuerId: id, displayName, currencyCode, countryCode, address },
      codePrefixes: [codePrefix],
      clearing: { timeZone, cutOffSeconds: MIDNIGHT },
    },
  });
}

/** The way to a partner's merchants, its own and those of its schemes. */
function routeTo(partner: RoutePartner, connectorAddress: string | undefined): Route {
  const { id, countryCode, currencyCode, timeZone } = partner;
  const { schemeIds, fees } = routeTermsOf(id);
  return {
    ...{ routeId: routeIdOf(partner), partnerId: id, countryCode, fees },
    currencyCodes: [currencyCode],
    clearing: { timeZone, cutOffSeconds: MIDNIGHT },
    schemeIds: [...schemeIds],
    connectorAddress: connectorAddress ?? '',
    refusalRules: connectorAddress === undefined ? [] : [...REFUSAL_RULES],
    maxInFlight: 0,
  };
}
