import type { Caller } from '@causeway/callers';
import { WalletStatus } from '@causeway/proto/wallet';
import { ISSUER, type SeededWallet, WALLETS } from '../world/issuer.ts';
import { requestId } from './merchants.ts';

/** Opens and fills the seeded wallets, as the wallet operator. The request ids make repeats harmless. */
export async function seedWallets(issuer: Caller): Promise<void> {
  await Promise.all(WALLETS.map((wallet) => seedWallet(issuer, wallet)));
}

async function seedWallet(issuer: Caller, seeded: SeededWallet): Promise<void> {
  const { displayName, tier, openingBalanceMinor } = seeded;
  const { wallet } = await issuer.wallets.openWallet({
    requestId: requestId(displayName),
    displayName,
    tier,
  });
  // Somebody may have frozen or closed it since an earlier start; then it stays as it is.
  if (wallet?.status !== WalletStatus.ACTIVE) return;
  await issuer.wallets.topUp({
    walletId: wallet.walletId,
    requestId: 'seed-opening',
    amount: { currencyCode: ISSUER.currencyCode, amountMinor: openingBalanceMinor },
  });
}
