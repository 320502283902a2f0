import { openAccounts } from '@causeway/ledger';
import { uuidFrom } from '@causeway/runtime';
import { insertWallet, updateStatus } from '../wallets/store.ts';
import type { WalletOffice } from '../wallets/wallets.ts';
import { inLane } from './in-lane.ts';

/** The operator's own wallet in a lane, for what rides cost it; it is there once this is answered. */
export type LossWalletOf = (lane: number) => Promise<string>;

/**
 * The wallets out of which the operator bears losses, made with the first loss of each lane. They are frozen, so
 * that no code, grant or agreement is ever made of them, and their account is the only one of a
 * wallet that counts as the operator's own money.
 */
export function lossWallets({ db, rules, issuerId }: WalletOffice): LossWalletOf {
  const made = new Map<number, Promise<string>>();
  const make = async (lane: number) => {
    const requestId = `transit-losses-${lane}`;
    const walletId = inLane(uuidFrom('wallet', issuerId, requestId), lane);
    const [tier = ''] = rules.policy.tiers.keys();
    const named = { issuerId, requestId, displayName: 'Losses of transit', tier };
    await db.transaction(async (tx) => {
      await openAccounts(tx, [rules.chart.lossAccount({ lane, walletId })]);
      const isOld = await insertWallet(tx, { ...named, lane, walletId });
      if (isOld === undefined) await updateStatus(tx, { lane, walletId }, 'frozen');
    });
    return walletId;
  };
  return (lane) => {
    const walletId = made.get(lane) ?? make(lane);
    made.set(lane, walletId);
    walletId.catch(() => made.delete(lane));
    return walletId;
  };
}
