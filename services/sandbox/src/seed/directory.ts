import type { Caller } from '@causeway/callers';
import type { Route } from '@causeway/proto/routing';
import { ACQUIRERS, routeIdOf, type SeededAcquirer } from '../world/acquirers.ts';
import type { SeededIssuer } from '../world/issuers.ts';
import {
  GATEWAYS,
  OWN_MERCHANT_FEES,
  REFUSAL_RULES,
  SCHEME_ROUTES,
  type SchemeRoute,
} from '../world/routes.ts';
import { connectorOf } from '../world/servers.ts';

const MIDNIGHT = 0;

/** Service → host:port, as in `endpoints.json`. */
type Endpoints = Readonly<Record<string, string>>;

/**
 * Tells the switch, as its operator, who takes part: the wallet operators with their prefixes and
 * addresses, the acquirers and gateways, and the routes to them. Writing the same again changes
 * nothing. A partner whose connector is not among the endpoints is not asked for its consent.
 */
export async function seedDirectory(
  operator: Caller,
  issuers: readonly SeededIssuer[],
  endpoints: Endpoints,
): Promise<void> {
  await Promise.all([
    ...issuers.map((issuer) => seedIssuer(operator, issuer, endpoints[issuer.service] ?? '')),
    ...[...ACQUIRERS, ...GATEWAYS].map(({ id, displayName, countryCode }) =>
      operator.partners.putPartner({ partner: { partnerId: id, displayName, countryCode } }),
    ),
    ...[...ACQUIRERS.map(ownRoute), ...SCHEME_ROUTES.map(schemeRoute)].map((route) =>
      operator.directory.putRoute({ route: connected(route, endpoints) }),
    ),
  ]);
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

/** The way to an acquirer's own merchants. */
function ownRoute(acquirer: SeededAcquirer): Route {
  const { id, countryCode, currencyCode, timeZone } = acquirer;
  return {
    routeId: routeIdOf(acquirer),
    partnerId: id,
    countryCode,
    currencyCodes: [currencyCode],
    clearing: { timeZone, cutOffSeconds: MIDNIGHT },
    schemeIds: [],
    fees: OWN_MERCHANT_FEES,
    ...UNCONNECTED,
  };
}

/** The way to the merchants of a scheme. */
function schemeRoute({ currencyCode, timeZone, schemeIds, ...route }: SchemeRoute): Route {
  return {
    ...route,
    currencyCodes: [currencyCode],
    clearing: { timeZone, cutOffSeconds: MIDNIGHT },
    schemeIds: [...schemeIds],
    ...UNCONNECTED,
  };
}

const UNCONNECTED = { connectorAddress: '', refusalRules: [], maxInFlight: 0 };

function connected(route: Route, endpoints: Endpoints): Route {
  const connectorAddress = endpoints[connectorOf(route.partnerId)];
  if (connectorAddress === undefined) return route;
  return { ...route, connectorAddress, refusalRules: [...REFUSAL_RULES] };
}
