import type { Queryable } from '@causeway/db';
import { type Account, availableMinor, balances, postedMinor } from '@causeway/ledger';
import { allowanceOf } from '../limits/spending.ts';
import { selectWallet } from './store.ts';
import { type WalletRecord, type WalletView, walletUnknown } from './wallet.ts';
import type { WalletOffice } from './wallets.ts';

/** The wallet with its balances and what its limits leave. Throws a Refusal WALLET_UNKNOWN. */
export async function getWallet(office: WalletOffice, walletId: string): Promise<WalletView> {
  const { db, rules } = office;
  const found = await selectWallet(db, walletId, rules.policy.timeZone);
  if (found === undefined) throw walletUnknown();
  const { dayMinor, yearMinor, ...wallet } = found;
  const account = await accountOf(db, wallet);
  const allowance = allowanceOf(rules.policy, wallet.tier, { dayMinor, yearMinor });
  return withBalances(wallet, account, allowance);
}

/** The wallet's account, as last committed. */
export async function accountOf(db: Queryable, { lane, walletId }: WalletRecord): Promise<Account> {
  const [account] = await balances(db, [{ lane, accountId: walletId }]);
  if (account === undefined) throw new Error(`wallet ${walletId} has no account`);
  return account;
}

/** A wallet as it is shown. */
export function withBalances(
  wallet: WalletRecord,
  account: Account,
  allowance: WalletView['allowance'],
): WalletView {
  return {
    ...wallet,
    postedMinor: postedMinor(account),
    heldMinor: account.debitsHeld,
    availableMinor: availableMinor(account),
    allowance,
  };
}
