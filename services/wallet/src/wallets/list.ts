import { balances } from '@causeway/ledger';
import { pageSizeOf, pageToken, positionIn } from '../page-token.ts';
import { accountsOf, withBalances } from './get.ts';
import { selectWallets } from './store.ts';
import type { WalletView } from './wallet.ts';
import type { WalletOffice } from './wallets.ts';

const LIST = ['wallets'];
const POSITION = [/^\d{1,18}$/, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/];

/** A page of wallets, newest first, without allowances. Throws a Refusal PAGE_TOKEN_INVALID. */
export async function listWallets(
  { db, rules }: WalletOffice,
  page: { pageSize: number; pageToken: string },
): Promise<{ wallets: WalletView[]; nextPageToken: string }> {
  const size = pageSizeOf(page.pageSize);
  const [openedAtMicros = '', walletId = ''] =
    page.pageToken === '' ? [] : positionIn(LIST, page.pageToken, POSITION);
  const after = walletId === '' ? undefined : { openedAtMicros, walletId };
  // One row more than asked for tells whether another page follows.
  const found = await selectWallets(db, after, size + 1);
  const rows = found.slice(0, size);
  const accounts = await balances(
    db,
    rows.flatMap((wallet) => accountsOf(wallet, rules.chart)),
  );
  const wallets = rows.map(({ openedAtMicros: _, ...wallet }, index) => {
    const [account, arrears] = accounts.slice(2 * index);
    return withBalances(wallet, { account, arrears }, undefined);
  });
  const last = rows.at(-1);
  const more = found.length > size && last !== undefined;
  const nextPageToken = more ? pageToken(LIST, [last.openedAtMicros, last.walletId]) : '';
  return { wallets, nextPageToken };
}
