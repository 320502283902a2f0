import type { Call } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import { walletUnknown } from '../wallets/wallet.ts';

/**
 * Throws a Refusal unless the caller may touch this wallet: an app learns of no wallet but its
 * own that there is one, and another operator's back end is turned away at the door.
 */
export function assertMayTouch({ identity }: Call, issuerId: string, walletId: string): void {
  assertOurs(identity, issuerId);
  if (identity.kind === 'wallet' && identity.walletId !== walletId) throw walletUnknown();
}

/** Throws a Refusal CALLER_NOT_ALLOWED for the back end of another wallet operator. */
export function assertOurs(identity: Call['identity'], issuerId: string): void {
  if (identity.kind !== 'issuer' || identity.id === issuerId) return;
  throw new Refusal('CALLER_NOT_ALLOWED', `these are not the wallets of ${identity.id}`);
}
