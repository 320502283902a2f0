import { getWallet } from '../wallets/get.ts';
import type { WalletOffice } from '../wallets/wallets.ts';
import type { GrantRecord } from './grant.ts';
import { selectGrants } from './store.ts';

const MAX_LISTED = 100;

/** The grants of a wallet, newest first. Throws a Refusal WALLET_UNKNOWN. */
export async function listGrants(office: WalletOffice, walletId: string): Promise<GrantRecord[]> {
  const wallet = await getWallet(office, walletId);
  return selectGrants(office.db, wallet, MAX_LISTED);
}
