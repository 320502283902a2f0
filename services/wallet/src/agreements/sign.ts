import type { Tx } from '@causeway/db';
import { openAccounts } from '@causeway/ledger';
import { type Agreement, AgreementState } from '@causeway/proto/acquiring';
import { MerchantReference } from '@causeway/proto/common';
import { failpoint, Refusal } from '@causeway/runtime';
import type { Reason } from '../errors.ts';
import { singleLimitOf } from '../limits/policy.ts';
import { agreementsSigned } from '../metrics.ts';
import { getWallet } from '../wallets/get.ts';
import { lockWallet } from '../wallets/store.ts';
import { assertOwesNothing, assertUsable, type WalletRecord } from '../wallets/wallet.ts';
import type { AgreementPeriod, AgreementRecord } from './agreement.ts';
import { viewOf } from './get.ts';
import { signLane } from './lanes-store.ts';
import type { AgreementOffice } from './office.ts';
import { keepOfferPayload } from './report-store.ts';
import {
  type AgreementView,
  nowMsOf,
  selectAgreement,
  selectLiving,
  writeAgreements,
} from './store.ts';

/** What a user wishes to sign. */
export interface Signing {
  walletId: string;
  /** The link or code of the offer. */
  payload: string;
  /** In minor units of the wallet's currency, above zero. */
  chargeCapMinor: bigint;
  /** At least `chargeCapMinor`. */
  periodCapMinor: bigint;
  period: AgreementPeriod;
}

/** The most agreements of one wallet that have not ended: a batch may have to suspend them all. */
const MAX_LIVING = 100;

/**
 * Signs what the payload offers, with the payer's caps, and tells the acquirer. Signing again
 * answers what was signed. It is durable here before the acquirer is told: a crash in between is
 * healed by signing again, or by the sweep.
 *
 * @throws Refusal WALLET_UNKNOWN, WALLET_FROZEN, WALLET_CLOSED, AGREEMENT_UNKNOWN,
 *   AGREEMENT_TAKEN, AGREEMENT_ENDED, TOO_MANY_AGREEMENTS, ARREARS_OPEN, FIELD_INVALID, what
 *   ScanCode refuses, and DEPENDENCY_UNAVAILABLE, after which it may have been signed
 */
export async function signAgreement(
  office: AgreementOffice,
  signing: Signing,
  options: { deadlineMs: number },
): Promise<AgreementView> {
  const { walletId, payload } = signing;
  assertUsable((await getWallet(office, walletId)).status);
  const asked = {
    issuerId: office.issuerId,
    payload,
    payeeAmount: undefined,
    tipAmount: undefined,
  };
  const { subject } = await office.ask(
    'scan_code',
    (client, within) => client.scanCode(asked, within),
    options,
  );
  if (subject?.$case !== 'agreement') {
    const fields = [{ field: 'payload', description: 'must lead to the offer of an agreement' }];
    throw new Refusal<Reason>('FIELD_INVALID', 'this is no agreement', { fields });
  }
  const offer = subject.value;
  const agreement = await office.db.transaction((tx) => sign(tx, office, signing, offer));
  await failpoint('wallet.agreement.signed');
  await office.reporter.tell(agreement);
  return viewOf(office, walletId, agreement.agreementId);
}

async function sign(
  tx: Tx,
  { rules }: AgreementOffice,
  signing: Signing,
  offer: Agreement,
): Promise<AgreementRecord> {
  const { agreementId } = offer;
  const wallet = await lockWallet(tx, signing.walletId);
  assertUsable(wallet.status);
  const place = await signLane(tx, agreementId, wallet);
  if (place.walletId === undefined) throw over();
  if (place.walletId !== wallet.walletId) throw taken();
  const earlier = await selectAgreement(tx, wallet, agreementId);
  if (earlier?.state === 'ended') throw over();
  if (earlier !== undefined) return earlier;

  const nowMs = await nowMsOf(tx);
  assertOpen(offer, nowMs);
  const { merchant } = offer;
  if (merchant === undefined) throw new Error(`the offer ${agreementId} names no merchant`);
  const limitMinor = singleLimitOf(rules.policy, wallet.tier, merchant.countryCode);
  if (signing.chargeCapMinor > limitMinor) throw aboveLimit(limitMinor);
  await assertMaySign(tx, wallet);
  await openAccounts(tx, [rules.chart.arrearsAccount(wallet)]);
  const { chargeCapMinor, periodCapMinor, period } = signing;
  const agreement: AgreementRecord = {
    ...{ lane: wallet.lane, agreementId, walletId: wallet.walletId },
    ...{ merchantId: merchant.merchantId, description: offer.description },
    merchant: MerchantReference.encode(merchant).finish(),
    ...{ state: 'active', suspendedFor: undefined, unpaidCount: 0, version: 1n },
    hasPaid: false,
    ...{ chargeCapMinor, periodCapMinor, period, signedAtMs: nowMs, updatedAtMs: nowMs },
  };
  await writeAgreements(tx, [agreement]);
  await keepOfferPayload(tx, agreement, signing.payload);
  agreementsSigned.add(1);
  return agreement;
}

/** An offer that another operator's user has signed is not open, nor is one whose time is over. */
function assertOpen({ state, expireTime }: Agreement, nowMs: number): void {
  if (state === AgreementState.ENDED) throw over();
  if (state !== AgreementState.OFFERED) throw taken();
  if (expireTime !== undefined && nowMs >= expireTime.getTime()) throw over();
}

async function assertMaySign(tx: Tx, wallet: WalletRecord): Promise<void> {
  assertOwesNothing(wallet);
  if ((await selectLiving(tx, wallet)).length < MAX_LIVING) return;
  throw new Refusal<Reason>('TOO_MANY_AGREEMENTS', `a wallet has at most ${MAX_LIVING} agreements`);
}

function over(): Refusal<Reason> {
  return new Refusal('AGREEMENT_ENDED', 'this agreement is over, or its offer is');
}

function taken(): Refusal<Reason> {
  return new Refusal('AGREEMENT_TAKEN', 'another user has signed this agreement');
}

function aboveLimit(limitMinor: bigint): Refusal<Reason> {
  const description = `must be at most ${limitMinor} minor units, the limit of one payment`;
  return new Refusal('FIELD_INVALID', 'the cap is above what the wallet may pay at once', {
    fields: [{ field: 'charge_cap', description }],
  });
}
