import { laneOf } from '@causeway/runtime';
import { pageSizeOf, pageToken, positionIn } from '../page-token.ts';
import { walletExists } from '../wallets/statement-store.ts';
import { walletUnknown } from '../wallets/wallet.ts';
import type { WalletOffice } from '../wallets/wallets.ts';
import { type AgreementView, selectAgreements } from './store.ts';

const POSITION = [/^\d{1,18}$/, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/];

/**
 * A page of the wallet's agreements, newest first. Throws a Refusal WALLET_UNKNOWN or
 * PAGE_TOKEN_INVALID.
 */
export async function listAgreements(
  { db, rules }: WalletOffice,
  request: { walletId: string; pageSize: number; pageToken: string },
): Promise<{ agreements: AgreementView[]; nextPageToken: string }> {
  const { walletId } = request;
  const list = ['agreements', walletId];
  const [signedAtMicros = '', agreementId = ''] =
    request.pageToken === '' ? [] : positionIn(list, request.pageToken, POSITION);
  const after = agreementId === '' ? undefined : { signedAtMicros, agreementId };
  const size = pageSizeOf(request.pageSize);
  const wallet = { lane: laneOf(walletId), walletId };
  const page = { after, limit: size + 1 };
  const found = await selectAgreements(db, wallet, rules.policy.timeZone, page);
  if (found.length === 0 && !(await walletExists(db, walletId))) throw walletUnknown();
  const agreements = found.slice(0, size);
  const last = agreements.at(-1);
  const more = found.length > size && last !== undefined;
  const nextPageToken = more ? pageToken(list, [last.signedAtMicros, last.agreementId]) : '';
  return { agreements, nextPageToken };
}
