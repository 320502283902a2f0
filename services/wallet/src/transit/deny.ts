import type { Tx } from '@causeway/db';
import { TransitMisuse } from '@causeway/proto/wallet';
import { laneOf, Refusal } from '@causeway/runtime';
import type { Reason } from '../errors.ts';
import { grantsDenied } from '../metrics.ts';
import { lockWallet } from '../wallets/store.ts';
import type { WalletOffice } from '../wallets/wallets.ts';
import type { DeniedReason, GrantRecord } from './grant.ts';
import { denyGrant, selectGrant } from './store.ts';

/** Denies a grant at its user's wish. Throws a Refusal WALLET_UNKNOWN or GRANT_UNKNOWN. */
export async function denyByUser(
  { db }: WalletOffice,
  { walletId, grantId }: { walletId: string; grantId: string },
): Promise<GrantRecord> {
  return db.transaction(async (tx) => {
    const { lane } = await lockWallet(tx, walletId);
    const grant = await selectGrant(tx, { lane, grantId });
    if (grant?.walletId !== walletId) throw unknown();
    return deny(tx, grant, 'USER');
  });
}

const REASONS: Partial<Record<TransitMisuse, DeniedReason>> = {
  [TransitMisuse.REPLAYED_CODE]: 'REPLAYED_CODE',
  [TransitMisuse.CLONED_KEY]: 'CLONED_KEY',
  [TransitMisuse.UNPAID]: 'UNPAID',
};

/** Whether something is a kind of misuse that can be told. */
export function isMisuse(misuse: TransitMisuse): boolean {
  return REASONS[misuse] !== undefined;
}

/** Denies a grant that the switch found misused. Throws a Refusal GRANT_UNKNOWN. */
export async function reportMisuse(
  { db }: WalletOffice,
  grantId: string,
  misuse: TransitMisuse,
): Promise<void> {
  const reason = REASONS[misuse];
  if (reason === undefined) throw new Error(`${misuse} is no misuse`);
  await db.transaction(async (tx) => {
    const key = { lane: laneOf(grantId), grantId };
    const found = await selectGrant(tx, key);
    if (found === undefined) throw unknown();
    // The wallet's lock, which every charge under the grant has.
    await lockWallet(tx, found.walletId);
    await deny(tx, found, reason);
  });
}

async function deny(tx: Tx, grant: GrantRecord, reason: DeniedReason): Promise<GrantRecord> {
  await denyGrant(tx, grant, reason);
  if (grant.deniedReason === undefined) grantsDenied.add(1, { reason });
  const after = await selectGrant(tx, grant);
  if (after === undefined) throw new Error(`grant ${grant.grantId} is gone`);
  return after;
}

function unknown(): Refusal<Reason> {
  return new Refusal('GRANT_UNKNOWN', 'there is no such grant');
}
