import type { Queryable } from '@causeway/db';
import {
  type Account,
  type AccountRef,
  availableMinor,
  balances,
  postedMinor,
} from '@causeway/ledger';
import type { Chart } from '../chart.ts';
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
  const [account, arrears] = await balances(db, accountsOf(wallet, rules.chart));
  const allowance = allowanceOf(rules.policy, wallet.tier, { dayMinor, yearMinor });
  return withBalances(wallet, { account, arrears }, allowance);
}

/** The accounts of a wallet: its own and that of its arrears, which not every wallet has. */
export function accountsOf({ lane, walletId }: WalletRecord, chart: Chart): AccountRef[] {
  return [walletId, chart.arrears(walletId)].map((accountId) => ({ lane, accountId }));
}

/** What the wallet owes, as last committed; zero where it never signed an agreement. */
export async function arrearsOf(
  db: Queryable,
  { lane, walletId }: WalletRecord,
  chart: Chart,
): Promise<bigint> {
  const [account] = await balances(db, [{ lane, accountId: chart.arrears(walletId) }]);
  return account === undefined ? 0n : postedMinor(account);
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
  { account, arrears }: { account: Account | undefined; arrears: Account | undefined },
  allowance: WalletView['allowance'],
): WalletView {
  if (account === undefined) throw new Error(`wallet ${wallet.walletId} has no account`);
  return {
    ...wallet,
    postedMinor: postedMinor(account),
    heldMinor: account.debitsHeld,
    availableMinor: availableMinor(account),
    arrearsMinor: arrears === undefined ? 0n : postedMinor(arrears),
    allowance,
  };
}
