import { AgreementState } from '@causeway/proto/acquiring';
import { PaymentState } from '@causeway/proto/common';
import { AgreementPeriod, StatementEntryKind } from '@causeway/proto/wallet';
import { expect } from 'vitest';
import {
  chargeOf,
  type Payer,
  readPayment,
  type Shop,
  until,
  type World,
} from '../support/index.ts';
import { insist } from './insist.ts';

const CAP = { currencyCode: 'HKD', amountMinor: 200_00n };
const FARE_MINOR = 900n;

/**
 * Lives through one agreement while services die, repeating every call until it is answered: it is
 * offered, signed, suspended, resumed, charged once and ended. Expects that both sides know it so.
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
  expect(paid).toMatchObject({ state: PaymentState.SUCCEEDED, agreementId });
  const ended = await insist(() => partner.agreements.endAgreement({ agreementId }));
  expect(ended.agreement?.state).toBe(AgreementState.ENDED);
  const { agreements } = await insist(() =>
    app.wallets.listAgreements({ walletId, pageSize: 500, pageToken: '' }),
  );
  const known = agreements.find((one) => one.agreementId === agreementId);
  expect(known?.state).toBe(AgreementState.ENDED);
  const entries = (await insist(() => payer.statement())).filter(
    ({ paymentId }) => paymentId === paid.paymentId,
  );
  expect(entries.map(({ kind }) => kind)).toEqual([StatementEntryKind.PAYMENT]);
}
