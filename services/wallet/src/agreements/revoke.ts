import { laneOf } from '@causeway/runtime';
import { lockWallet } from '../wallets/store.ts';
import type { WalletOffice } from '../wallets/wallets.ts';
import { ended } from './agreement.ts';
import { claimLanes, selectLanes } from './lanes-store.ts';
import { nowMsOf, selectAgreement, writeAgreements } from './store.ts';

/**
 * Ends an agreement at the wish of its merchant. One that nobody has signed cannot be signed from
 * then on: whoever signs at this moment either finds its id taken, or is found and ended.
 */
export async function revokeAgreement({ db }: WalletOffice, agreementId: string): Promise<void> {
  const unsigned = { agreementId, lane: laneOf(agreementId), walletId: undefined };
  await claimLanes(db, [unsigned]);
  const [place] = await selectLanes(db, [agreementId]);
  const walletId = place?.walletId;
  if (walletId === undefined) return;
  await db.transaction(async (tx) => {
    const wallet = await lockWallet(tx, walletId);
    const agreement = await selectAgreement(tx, wallet, agreementId);
    if (agreement === undefined) throw new Error(`agreement ${agreementId} was not signed`);
    const after = ended(agreement, await nowMsOf(tx));
    if (after !== agreement) await writeAgreements(tx, [after]);
  });
}
