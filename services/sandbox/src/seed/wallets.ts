import type { Caller } from '@causeway/callers';
import { WalletStatus } from '@causeway/proto/wallet';
import type { SeededIssuer, SeededWallet } from '../world/issuers.ts';
import { requestId } from './merchants.ts';

/** Opens and fills the seeded wallets of an operator, as that operator. Repeats are harmless. */
export async function seedWallets(
  operator: Caller,
  { wallets, currencyCode }: SeededIssuer,
): Promise<void> {
  await Promise.all(wallets.map((wallet) => seedWallet(operator, wallet, currencyCode)));
}

async function seedWallet(
  operator: Caller,
  { displayName, tier, openingBalanceMinor }: SeededWallet,
  currencyCode: string,
): Promise<void> {
  const { wallet } = await operator.wallets.openWallet({
    requestId: requestId(displayName),
    displayName,
    tier,
  });
  // Somebody may have frozen or closed it since an earlier start; then it stays as it is.
  if (wallet?.status !== WalletStatus.ACTIVE) return;
  await operator.wallets.topUp({
    walletId: wallet.walletId,
    requestId: 'seed-opening',
    amount: { currencyCode, amountMinor: openingBalanceMinor },
  });
}
