import type { Caller } from '@causeway/callers';
import { ACQUIRERS, routeIdOf, type SeededAcquirer } from '../world/acquirers.ts';
import type { SeededIssuer } from '../world/issuers.ts';

const MIDNIGHT = 0;

/**
 * Tells the switch, as its operator, who takes part: the wallet operators with their prefixes and
 * addresses, the acquirers, and a route to each. Writing the same again changes nothing.
 */
export async function seedDirectory(
  operator: Caller,
  issuers: readonly SeededIssuer[],
  endpoints: Readonly<Record<string, string>>,
): Promise<void> {
  await Promise.all([
    ...issuers.map((issuer) => seedIssuer(operator, issuer, endpoints[issuer.service] ?? '')),
    ...ACQUIRERS.map((acquirer) => seedAcquirer(operator, acquirer)),
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

async function seedAcquirer(operator: Caller, acquirer: SeededAcquirer): Promise<void> {
  const { id, displayName, countryCode, currencyCode, timeZone } = acquirer;
  await operator.partners.putPartner({ partner: { partnerId: id, displayName, countryCode } });
  await operator.directory.putRoute({
    route: {
      routeId: routeIdOf(acquirer),
      partnerId: id,
      countryCode,
      currencyCodes: [currencyCode],
      clearing: { timeZone, cutOffSeconds: MIDNIGHT },
      ...{ schemeIds: [], connectorAddress: '', fees: undefined, refusalRules: [], maxInFlight: 0 },
    },
  });
}
