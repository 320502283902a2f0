import { insist, minor, same, type World } from '../../../support/index.ts';

const TOP_UP_MINOR = 1_000n;

/** Opens a wallet and puts money into it while the wallet dies, and throws unless each was done once. */
export async function walletOpened({ issuer: { wallets }, id }: World): Promise<void> {
  const request = { requestId: id('wallet'), displayName: 'Crash', tier: 'advanced' };
  const { wallet } = await insist(() => wallets.openWallet(request));
  const walletId = wallet?.walletId ?? '';
  const amount = { currencyCode: 'HKD', amountMinor: TOP_UP_MINOR };
  for (const requestId of ['first', 'second', 'second']) {
    await insist(() => wallets.topUp({ walletId, requestId, amount }));
  }
  const again = await insist(() => wallets.openWallet(request));
  same(again.wallet?.walletId, walletId, 'a wallet that was opened again');
  same(minor(again.wallet?.availableBalance), 2n * TOP_UP_MINOR, `the balance of ${walletId}`);
}
