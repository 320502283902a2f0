import type { Caller } from '@causeway/callers';
import { ACQUIRERS, routeIdOf, type SeededAcquirer } from '../world/acquirers.ts';
import { ISSUER } from '../world/issuer.ts';

const MIDNIGHT = 0;

/**
 * Tells the switch, as its operator, who takes part: the wallet operator with its prefix and
 * address, the acquirers, and a route to each. Writing the same again changes nothing.
 */
export async function seedDirectory(operator: Caller, issuerAddress: string): Promise<void> {
  await operator.directory.putIssuer({
    issuer: {
      issuerId: ISSUER.id,
      displayName: ISSUER.displayName,
      currencyCode: ISSUER.currencyCode,
      countryCode: ISSUER.countryCode,
      codePrefixes: [ISSUER.codePrefix],
      address: issuerAddress,
      clearing: { timeZone: ISSUER.timeZone, cutOffSeconds: MIDNIGHT },
    },
  });
  await Promise.all(ACQUIRERS.map((acquirer) => seedAcquirer(operator, acquirer)));
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
