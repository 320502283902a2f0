import { failpoint, Refusal } from '@causeway/runtime';
import type { Reason } from '../errors.ts';
import { lockWallet } from '../wallets/store.ts';
import { assertOwesNothing, type WalletRecord } from '../wallets/wallet.ts';
import { type AgreementRecord, ended, resumed, suspended } from './agreement.ts';
import { agreementUnknown, viewOf } from './get.ts';
import type { AgreementOffice } from './office.ts';
import { type AgreementView, nowMsOf, selectAgreement, writeAgreements } from './store.ts';

/** Names an agreement of a wallet. */
interface AgreementName {
  walletId: string;
  agreementId: string;
}

/** Stops charges for now. Throws a Refusal WALLET_UNKNOWN, AGREEMENT_UNKNOWN, AGREEMENT_ENDED. */
export function suspendAgreement(
  office: AgreementOffice,
  name: AgreementName,
): Promise<AgreementView> {
  return change(office, name, (agreement, nowMs) => {
    assertNotEnded(agreement);
    // One suspended for arrears would else resume by itself, against the payer's wish.
    return suspended(agreement, 'payer', nowMs);
  });
}

/**
 * Lets charges go on. Throws a Refusal WALLET_UNKNOWN, AGREEMENT_UNKNOWN, AGREEMENT_ENDED, or
 * ARREARS_OPEN while the wallet owes.
 */
export function resumeAgreement(
  office: AgreementOffice,
  name: AgreementName,
): Promise<AgreementView> {
  return change(office, name, (agreement, nowMs, wallet) => {
    assertNotEnded(agreement);
    assertOwesNothing(wallet);
    return resumed(agreement, nowMs);
  });
}

/** Ends an agreement for ever. Throws a Refusal WALLET_UNKNOWN or AGREEMENT_UNKNOWN. */
export function endAgreement(office: AgreementOffice, name: AgreementName): Promise<AgreementView> {
  return change(office, name, ended);
}

async function change(
  office: AgreementOffice,
  { walletId, agreementId }: AgreementName,
  to: (agreement: AgreementRecord, nowMs: number, wallet: WalletRecord) => AgreementRecord,
): Promise<AgreementView> {
  const after = await office.db.transaction(async (tx) => {
    const wallet = await lockWallet(tx, walletId);
    const before = await selectAgreement(tx, wallet, agreementId);
    if (before === undefined) throw agreementUnknown();
    const next = to(before, await nowMsOf(tx), wallet);
    if (next !== before) await writeAgreements(tx, [next]);
    return next;
  });
  await failpoint('wallet.agreement.changed');
  // What was decided holds whether or not the acquirer can be told at once.
  await office.reporter.tellSoon(after);
  return viewOf(office, walletId, agreementId);
}

function assertNotEnded({ state }: AgreementRecord): void {
  if (state === 'ended') throw new Refusal<Reason>('AGREEMENT_ENDED', 'the agreement is over');
}
