import { pageSizeOf, pageToken, positionIn } from '../page-token.ts';
import { type StatementEntry, selectEntries, walletExists } from './statement-store.ts';
import { walletUnknown } from './wallet.ts';
import type { WalletOffice } from './wallets.ts';

const NEWEST = String(2n ** 63n - 1n);
const POSITION = [/^\d{1,18}$/];

/**
 * A page of the wallet's movements, newest first. Throws a Refusal WALLET_UNKNOWN or
 * PAGE_TOKEN_INVALID.
 */
export async function listEntries(
  { db }: WalletOffice,
  request: { walletId: string; pageSize: number; pageToken: string },
): Promise<{ entries: StatementEntry[]; nextPageToken: string }> {
  const { walletId } = request;
  const list = ['statement', walletId];
  const [beforeSeq = NEWEST] =
    request.pageToken === '' ? [] : positionIn(list, request.pageToken, POSITION);
  const size = pageSizeOf(request.pageSize);
  const found = await selectEntries(db, walletId, beforeSeq, size + 1);
  if (found.length === 0 && !(await walletExists(db, walletId))) throw walletUnknown();
  const entries = found.slice(0, size);
  const last = entries.at(-1);
  const more = found.length > size && last !== undefined;
  return { entries, nextPageToken: more ? pageToken(list, [String(last.seq)]) : '' };
}
