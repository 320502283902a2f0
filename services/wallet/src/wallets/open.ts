import { openAccounts } from '@causeway/ledger';
import { failpoint, laneOf, Refusal, uuidFrom } from '@causeway/runtime';
import type { Reason } from '../errors.ts';
import { getWallet } from './get.ts';
import { insertWallet, type OpenedAs } from './store.ts';
import { assertTier } from './tier.ts';
import type { WalletView } from './wallet.ts';
import type { WalletOffice } from './wallets.ts';

/**
 * Opens a wallet with its account, or answers the one that the same request opened before.
 * Throws a Refusal TIER_UNKNOWN, or REQUEST_ID_REUSED where the request says something else now.
 */
export async function openWallet(
  office: WalletOffice,
  request: { requestId: string; displayName: string; tier: string },
): Promise<WalletView> {
  const { db, rules, issuerId } = office;
  const { requestId, displayName, tier } = request;
  const walletId = uuidFrom('wallet', issuerId, requestId);
  const lane = laneOf(walletId);
  await db.transaction(async (tx) => {
    const wallet = { walletId, lane, issuerId, requestId, displayName, tier };
    const first = await insertWallet(tx, wallet);
    if (first !== undefined) return assertSame(first, wallet);
    // Judged only now: a wallet that was opened stays, whatever became of its tier since.
    assertTier(rules.policy, tier);
    await openAccounts(tx, [rules.chart.walletAccount(wallet)]);
    await failpoint('wallet.open.before_commit');
  });
  return getWallet(office, walletId);
}

function assertSame(first: OpenedAs, { displayName, tier }: OpenedAs): void {
  if (first.displayName === displayName && first.tier === tier) return;
  throw new Refusal<Reason>('REQUEST_ID_REUSED', 'this request opened another wallet');
}
