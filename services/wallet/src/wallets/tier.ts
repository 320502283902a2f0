import { postedMinor } from '@causeway/ledger';
import { Refusal } from '@causeway/runtime';
import type { Reason } from '../errors.ts';
import { type Policy, tierOf } from '../limits/policy.ts';
import { accountOf, getWallet } from './get.ts';
import { lockWallet, updateTier } from './store.ts';
import { assertOpen, type WalletView } from './wallet.ts';
import type { WalletOffice } from './wallets.ts';

/** Throws a Refusal TIER_UNKNOWN unless the tier is configured. */
export function assertTier(policy: Policy, tier: string): void {
  if (policy.tiers.has(tier)) return;
  throw new Refusal<Reason>('TIER_UNKNOWN', 'this tier is not configured', {
    fields: [
      { field: 'tier', description: `must be one of ${[...policy.tiers.keys()].join(', ')}` },
    ],
  });
}

/**
 * Moves a wallet to another tier. Throws a Refusal WALLET_UNKNOWN, WALLET_CLOSED, TIER_UNKNOWN, or
 * LIMIT_BALANCE where it holds more than the new tier may.
 */
export async function changeTier(
  office: WalletOffice,
  { walletId, tier }: { walletId: string; tier: string },
): Promise<WalletView> {
  const { db, rules } = office;
  assertTier(rules.policy, tier);
  await db.transaction(async (tx) => {
    const wallet = await lockWallet(tx, walletId);
    assertOpen(wallet.status);
    const posted = postedMinor(await accountOf(tx, wallet));
    if (posted > tierOf(rules.policy, tier).balanceMinor) {
      throw new Refusal<Reason>('LIMIT_BALANCE', 'the wallet holds more than this tier may');
    }
    await updateTier(tx, wallet, tier);
  });
  return getWallet(office, walletId);
}
