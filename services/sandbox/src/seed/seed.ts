import type { Callers } from '@causeway/callers';
import { ACQUIRERS } from '../world/acquirers.ts';
import { ISSUERS } from '../world/issuers.ts';
import { TRANSIT_OPERATORS } from '../world/transit.ts';
import { seedAgreements } from './agreements.ts';
import { seedDirectory } from './directory.ts';
import { seedMerchants } from './merchants.ts';
import { seedTransit } from './transit.ts';
import { seedWallets } from './wallets.ts';

/** The operator whose certificate keeps the directory. */
export const OPERATOR_ID = 'ops';

/**
 * Makes the seeded world through the public APIs, each part as the party to whom it belongs.
 * Safe at every start: what is there already is answered, not made again.
 *
 * @param endpoints service → host:port, as in `endpoints.json`; wallet operators whose service is
 *   not among them are left out
 */
export async function seedWorld(
  callers: Callers,
  endpoints: Readonly<Record<string, string>>,
): Promise<void> {
  const issuers = ISSUERS.filter(({ service }) => endpoints[service] !== undefined);
  const operator = callers.as(OPERATOR_ID);
  await seedDirectory(operator, issuers, endpoints);
  await Promise.all([
    seedAgreements(operator),
    ...issuers.map((issuer) => seedWallets(callers.as(issuer.id), issuer)),
    ...ACQUIRERS.map((acquirer) => seedMerchants(callers.as(acquirer.id), acquirer)),
    ...TRANSIT_OPERATORS.map((one) => seedTransit(callers.as(one.id), one)),
  ]);
}
