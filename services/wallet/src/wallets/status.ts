import type { Tx } from '@causeway/db';
import { postedMinor } from '@causeway/ledger';
import { Refusal } from '@causeway/runtime';
import { ended } from '../agreements/agreement.ts';
import { changeLiving } from '../agreements/store.ts';
import type { Reason } from '../errors.ts';
import { denyAllGrants } from '../transit/store.ts';
import { accountOf, getWallet } from './get.ts';
import { lockWallet, updateStatus } from './store.ts';
import {
  assertOpen,
  assertOwesNothing,
  type WalletRecord,
  type WalletStatus,
  type WalletView,
} from './wallet.ts';
import type { WalletOffice } from './wallets.ts';

/** Stops all that leaves the wallet, and puts its transit grants on the deny list. Throws a Refusal WALLET_UNKNOWN or WALLET_CLOSED. */
export function freezeWallet(office: WalletOffice, walletId: string): Promise<WalletView> {
  return moveTo(office, walletId, 'frozen', async (tx, wallet) => {
    assertOpen(wallet.status);
    await denyAllGrants(tx, wallet, 'WALLET');
  });
}

/** Ends a freeze. Throws a Refusal WALLET_UNKNOWN or WALLET_CLOSED. */
export function unfreezeWallet(office: WalletOffice, walletId: string): Promise<WalletView> {
  return moveTo(office, walletId, 'active', async (_tx, wallet) => assertOpen(wallet.status));
}

/**
 * Ends an empty wallet and its agreements for ever. Throws a Refusal WALLET_UNKNOWN, ARREARS_OPEN
 * or WALLET_NOT_EMPTY.
 */
export function closeWallet(office: WalletOffice, walletId: string): Promise<WalletView> {
  return moveTo(office, walletId, 'closed', async (tx, wallet) => {
    assertOwesNothing(wallet);
    const account = await accountOf(tx, wallet);
    // What is held is part of what is posted, so an empty wallet holds nothing either.
    if (postedMinor(account) !== 0n) {
      throw new Refusal<Reason>('WALLET_NOT_EMPTY', 'only an empty wallet can be closed');
    }
    await changeLiving(tx, wallet, ended);
    await denyAllGrants(tx, wallet, 'WALLET');
  });
}

/** Sets the status under the wallet's lock. A wallet that has it already is left alone. */
async function moveTo(
  office: WalletOffice,
  walletId: string,
  status: WalletStatus,
  assertAllowed: (tx: Tx, wallet: WalletRecord) => Promise<void>,
): Promise<WalletView> {
  await office.db.transaction(async (tx) => {
    const wallet = await lockWallet(tx, walletId);
    if (wallet.status === status) return;
    await assertAllowed(tx, wallet);
    await updateStatus(tx, wallet, status);
  });
  return getWallet(office, walletId);
}
