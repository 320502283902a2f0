import { laneOf, Refusal } from '@causeway/runtime';
import type { Reason } from '../errors.ts';
import type { WalletOffice } from '../wallets/wallets.ts';
import { type AgreementView, selectView } from './store.ts';

/** The wallet's agreement as its payer sees it. Throws a Refusal AGREEMENT_UNKNOWN. */
export async function viewOf(
  { db, rules }: WalletOffice,
  walletId: string,
  agreementId: string,
): Promise<AgreementView> {
  const wallet = { lane: laneOf(walletId), walletId };
  const view = await selectView(db, wallet, rules.policy.timeZone, agreementId);
  if (view === undefined) throw agreementUnknown();
  return view;
}

/** There is no such agreement, or it is another wallet's. */
export function agreementUnknown(): Refusal<Reason> {
  return new Refusal('AGREEMENT_UNKNOWN', 'the wallet has no such agreement');
}
