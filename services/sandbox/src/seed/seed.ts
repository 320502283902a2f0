import type { Callers } from '@causeway/callers';
import { ACQUIRERS } from '../world/acquirers.ts';
import { ISSUER } from '../world/issuer.ts';
import { seedDirectory } from './directory.ts';
import { seedMerchants } from './merchants.ts';
import { seedWallets } from './wallets.ts';

/** The operator whose certificate keeps the directory. */
export const OPERATOR_ID = 'ops';

/**
 * Makes the seeded world through the public APIs, each part as the party to whom it belongs.
 * Safe at every start: what is there already is answered, not made again.
 *
 * @param issuerAddress where the wallet operator's IssuerService listens, host:port
 */
export async function seedWorld(callers: Callers, issuerAddress: string): Promise<void> {
  await seedDirectory(callers.as(OPERATOR_ID), issuerAddress);
  await Promise.all([
    seedWallets(callers.as(ISSUER.id)),
    ...ACQUIRERS.map((acquirer) => seedMerchants(callers.as(acquirer.id), acquirer)),
  ]);
}
