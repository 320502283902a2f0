import { AgreementState } from '@causeway/proto/acquiring';
import { DeclineReason, PaymentState } from '@causeway/proto/common';
import { AgreementPeriod, StatementEntryKind } from '@causeway/proto/wallet';
import {
  chargeOf,
  holds,
  insist,
  type Payer,
  readPayment,
  type Shop,
  same,
  until,
  type World,
} from '../../../support/index.ts';

const CAP = { currencyCode: 'HKD', amountMinor: 200_00n };
const FARE_MINOR = 900n;
/** Nothing was charged in its time, or fx had just started and knew no price yet. */
const NO_FAULT: readonly DeclineReason[] = [DeclineReason.EXPIRED, DeclineReason.NO_FRESH_RATE];

/**
 * Lives through one agreement while services die, repeating every call until it is answered: it is
 * offered, signed, suspended, resumed, charged once and ended. Throws unless both sides
 * know it so.
 */
export async function liveAgreement(world: World, payer: Payer, shop: Shop): Promise<void> {
  const { merchantId, partner } = shop;
  const { walletId, app } = payer;
  const offer = { requestId: world.id('agreement'), merchantId, description: 'Rides' };
  const { link, agreement } = await insist(() =>
    partner.agreements.createAgreement({ ...offer, ttlSeconds: 0 }),
  );
  const agreementId = agreement?.agreementId ?? '';
  const caps = { chargeCap: CAP, periodCap: CAP, period: AgreementPeriod.DAY };
  await insist(() => app.wallets.signAgreement({ walletId, payload: link, ...caps }));
  await insist(() => app.wallets.suspendAgreement({ walletId, agreementId }));
  await insist(() => app.wallets.resumeAgreement({ walletId, agreementId }));
  const fare = { ...chargeOf(world, shop, '', FARE_MINOR), agreementId };
  const { payment } = await insist(() => partner.payments.createPayment(fare));
  const paid = await until(
    () => insist(() => readPayment(shop, payment?.paymentId ?? '')),
    ({ state }) => state !== PaymentState.PENDING,
    { patienceMs: 60_000 },
  );
  const { state, declineReason } = paid;
  const wasLate = state === PaymentState.DECLINED && NO_FAULT.includes(declineReason);
  const isPaid = state === PaymentState.SUCCEEDED;
  holds(isPaid || wasLate, `${paid.paymentId} ended ${PaymentState[state]} ${declineReason}`);
  same(paid.agreementId, agreementId, 'the agreement of a payment');
  const ended = await insist(() => partner.agreements.endAgreement({ agreementId }));
  same(ended.agreement?.state, AgreementState.ENDED, 'an agreement that its acquirer ended');
  const { agreements } = await insist(() =>
    app.wallets.listAgreements({ walletId, pageSize: 500, pageToken: '' }),
  );
  const known = agreements.find((one) => one.agreementId === agreementId);
  same(known?.state, AgreementState.ENDED, 'an ended agreement in the wallet');
  const entries = (await insist(() => payer.statement())).filter(
    ({ paymentId }) => paymentId === paid.paymentId,
  );
  const kinds = entries.map(({ kind }) => kind);
  same(
    kinds,
    isPaid ? [StatementEntryKind.PAYMENT] : [],
    `the payer's entries of ${paid.paymentId}`,
  );
}
