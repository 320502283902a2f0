import type { WalletApp } from '@causeway/callers';
import type { Money } from '@causeway/money';
import type { CreatePaymentResponse } from '@causeway/proto/acquiring';
import type { Payment, Refund } from '@causeway/proto/common';
import type { CreatePaymentCodeResponse, StatementEntry } from '@causeway/proto/wallet';
import { Refusal } from '@causeway/runtime';
import type { Place } from '../places.ts';
import { ISSUER, type TierName } from '../world/issuers.ts';
import * as say from './say.ts';
import type { Backstage, Stage } from './stage.ts';

/** Somebody with a wallet, who acts through its app. */
export interface Payer extends WalletApp {
  /** The wallet operator. */
  issuerId: string;
}

/** A charge as an acquirer sends it; sent again it is the same request. */
export interface Charge {
  place: Place;
  paymentRequestId: string;
  paymentCode: string;
  payeeAmount: Money;
}

const LINES_READ = 50;

/** Opens a wallet that no earlier tour has used, so that limits and balances are known. */
export async function openPayer(
  stage: Backstage,
  name: string,
  tier: TierName,
  openingMinor: bigint,
  issuerId = ISSUER.id,
): Promise<Payer> {
  const { wallet } = await stage.callers.as(issuerId).wallets.openWallet({
    requestId: requestId(stage, name),
    displayName: `${name} (tour ${stage.run})`,
    tier,
  });
  const walletId = wallet?.walletId ?? '';
  const payer = { ...(await stage.callers.appOf(issuerId, walletId)), issuerId };
  await topUp(stage, payer, 'opening', openingMinor);
  return payer;
}

/** Puts HKD into a payer's wallet. */
export async function topUp(
  stage: Backstage,
  payer: Payer,
  key: string,
  minor: bigint,
): Promise<void> {
  await stage.callers.as(payer.issuerId).wallets.topUp({
    walletId: payer.walletId,
    requestId: key,
    amount: { currencyCode: ISSUER.currencyCode, amountMinor: minor },
  });
}

/** What the payer could spend now, in HKD minor units, as the app sees it. */
export async function balanceOf({ wallets, walletId }: Payer): Promise<bigint> {
  const { wallet } = await wallets.getWallet({ walletId });
  if (wallet?.availableBalance === undefined) throw new Error('a wallet without a balance');
  return wallet.availableBalance.amountMinor;
}

/** The payer's last movements, newest first, as the app sees them. */
export async function statementOf({ wallets, walletId }: Payer): Promise<StatementEntry[]> {
  const { entries } = await wallets.listStatementEntries({
    walletId,
    pageSize: LINES_READ,
    pageToken: '',
  });
  return entries;
}

/** The payer's app makes a code. */
export function showCode(
  { wallets, walletId }: Payer,
  ttlSeconds = 0,
): Promise<CreatePaymentCodeResponse> {
  return wallets.createPaymentCode({ walletId, ttlSeconds });
}

/** A request id that no earlier tour has used. */
export function requestId(stage: Backstage, name: string): string {
  return `tour-${stage.run}-${name.toLowerCase().replaceAll(' ', '-')}`;
}

/** An acquirer charges a code; what it is answered is remembered for the report. */
export async function charge(
  stage: Stage,
  { place, paymentRequestId, paymentCode, payeeAmount }: Charge,
): Promise<{ payment: Payment; replay: boolean }> {
  const acquirer = stage.callers.as(place.partnerId);
  const answer: CreatePaymentResponse = await acquirer.payments.createPayment({
    paymentRequestId,
    paymentCode,
    merchantId: place.merchantId,
    storeId: place.storeId,
    terminalId: place.terminalIds[0] ?? '',
    payeeAmount,
    orderDescription: 'Causeway tour',
    agreementId: '',
  });
  return { payment: remember(stage, place, answer.payment), replay: answer.replay };
}

/** Shows a fresh code and has it charged: the everyday payment. */
export async function pay(
  stage: Stage,
  payer: Payer,
  place: Place,
  name: string,
  amountMinor: bigint,
): Promise<{ payment: Payment; sent: Charge }> {
  const { paymentCode } = await showCode(payer);
  const sent = {
    place,
    paymentRequestId: requestId(stage, name),
    paymentCode,
    payeeAmount: { currencyCode: place.currencyCode, amountMinor },
  };
  const { payment } = await charge(stage, sent);
  return { payment, sent };
}

/** Keeps a payment for the report, once, in the order of first sight. */
export function remember(
  stage: Stage,
  { partnerId, city }: Pick<Place, 'partnerId' | 'city'>,
  payment: Payment | undefined,
): Payment {
  if (payment === undefined) throw new Error('an answer without a payment');
  const { paymentId } = payment;
  if (!stage.payments.has(paymentId)) {
    stage.payments.set(paymentId, { partnerId, paymentId, city });
  }
  return payment;
}

/** Gives back a part of a payment. */
export async function refund(
  stage: Stage,
  { partnerId, paymentId, payeeAmount }: Payment,
  refundRequestId: string,
  amountMinor: bigint,
): Promise<Refund> {
  const { refund: made } = await stage.callers.as(partnerId).payments.createRefund({
    ...{ paymentId, refundRequestId },
    payeeAmount: { currencyCode: payeeAmount?.currencyCode ?? '', amountMinor },
    reason: `${refundRequestId} part`,
  });
  if (made === undefined) throw new Error('an answer without a refund');
  stage.screen.step(
    'acquirer',
    `gives back ${say.money(made.payeeAmount)}`,
    say.money(made.payerAmount),
  );
  return made;
}

/** Answers the reason of a refusal, or `accepted` where there was none. Throws other errors. */
export function reasonOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'accepted',
    (error: unknown) => {
      if (error instanceof Refusal) return error.reason;
      throw error;
    },
  );
}
