import { type Agreement, AgreementState } from '@causeway/proto/acquiring';
import { DeclineReason, type Payment, PaymentMethod, PaymentState } from '@causeway/proto/common';
import { AgreementPeriod } from '@causeway/proto/wallet';
import { SECOND_ISSUER } from '@causeway/sandbox';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  minor,
  openPayer,
  openShop,
  openWorld,
  type Payer,
  reasonOf,
  refund,
  type Shop,
  until,
} from './support/index.ts';

const world = openWorld();
const hkd = (amountMinor: bigint) => ({ currencyCode: 'HKD', amountMinor });
const CAPS = { chargeCap: hkd(100_00n), periodCap: hkd(150_00n), period: AgreementPeriod.DAY };

let shop: Shop;
beforeAll(async () => {
  shop = await openShop(world);
});

interface Offer {
  agreementId: string;
  link: string;
}

async function offer(): Promise<Offer> {
  const { agreement, link } = await shop.partner.agreements.createAgreement({
    requestId: world.id('rides'),
    merchantId: shop.merchantId,
    description: 'Fares of your rides',
    ttlSeconds: 0,
  });
  return { agreementId: agreement?.agreementId ?? '', link };
}

const sign = ({ app, walletId }: Payer, { link }: Offer, caps = CAPS) =>
  app.wallets.signAgreement({ walletId, payload: link, ...caps });

async function charge({ agreementId }: Offer, amountMinor: bigint): Promise<Payment> {
  const { payment } = await shop.partner.payments.createPayment({
    paymentRequestId: world.id('ride'),
    paymentCode: '',
    merchantId: shop.merchantId,
    ...{ storeId: '', terminalId: '', agreementId },
    payeeAmount: { currencyCode: shop.currencyCode, amountMinor },
    orderDescription: 'A ride',
  });
  if (payment === undefined) throw new Error('an answer without a payment');
  return payment;
}

const outcomeOf = ({ state, declineReason }: Payment) =>
  state === PaymentState.DECLINED ? DeclineReason[declineReason] : PaymentState[state];

/** How the acquirer sees the agreement, once it has this state. */
async function becomes({ agreementId }: Offer, state: AgreementState): Promise<Agreement> {
  const read = async () => (await shop.partner.agreements.getAgreement({ agreementId })).agreement;
  const agreement = await until(read, (now) => now?.state === state);
  if (agreement === undefined) throw new Error('an answer without an agreement');
  return agreement;
}

describe.concurrent('an agreement', () => {
  test('is offered, signed and charged; a fare is adjusted by a refund or a second charge', async () => {
    const payer = await openPayer(world, { issuerId: SECOND_ISSUER.id });
    const rides = await offer();
    expect(await reasonOf(charge(rides, 500n))).toBe('AGREEMENT_UNKNOWN');
    await sign(payer, rides);
    expect(await becomes(rides, AgreementState.ACTIVE)).toMatchObject({
      issuerId: SECOND_ISSUER.id,
    });
    const ride = await charge(rides, 1_260n);
    expect(outcomeOf(ride)).toBe('SUCCEEDED');
    expect(ride.method).toBe(PaymentMethod.AGREEMENT);
    expect(ride.agreementId).toBe(rides.agreementId);
    const toll = await charge(rides, 310n);
    const back = await refund(world, shop, ride, 260n);
    const spent = minor(ride.payerAmount) + minor(toll.payerAmount) - minor(back.payerAmount);
    expect(await payer.balance()).toBe(10_000_00n - spent);
  });

  test('keeps to its caps for one charge and for a day', async () => {
    const payer = await openPayer(world);
    const rides = await offer();
    await sign(payer, rides);
    expect(outcomeOf(await charge(rides, 2_500n))).toBe('LIMIT_AGREEMENT_CHARGE');
    const ride = await charge(rides, 1_800n);
    expect(outcomeOf(ride)).toBe('SUCCEEDED');
    expect(outcomeOf(await charge(rides, 1_800n))).toBe('LIMIT_AGREEMENT_PERIOD');
    expect(await payer.balance()).toBe(10_000_00n - minor(ride.payerAmount));
  });

  test('is suspended, resumed and ended by its payer', async () => {
    const payer = await openPayer(world);
    const { walletId, app } = payer;
    const rides = await offer();
    await sign(payer, rides);
    const { agreementId } = rides;
    await app.wallets.suspendAgreement({ walletId, agreementId });
    expect(outcomeOf(await charge(rides, 500n))).toBe('AGREEMENT_SUSPENDED');
    await app.wallets.resumeAgreement({ walletId, agreementId });
    expect(outcomeOf(await charge(rides, 500n))).toBe('SUCCEEDED');
    await app.wallets.endAgreement({ walletId, agreementId });
    expect(outcomeOf(await charge(rides, 500n))).toBe('AGREEMENT_ENDED');
    await becomes(rides, AgreementState.ENDED);
    expect(await reasonOf(sign(payer, rides))).not.toBe('accepted');
  });

  test('is ended by its merchant, and binds nobody else', async () => {
    const [payer, other] = await Promise.all([openPayer(world), openPayer(world)]);
    const rides = await offer();
    await sign(payer, rides);
    expect(await reasonOf(sign(other, rides))).toBe('AGREEMENT_TAKEN');
    await shop.partner.agreements.endAgreement({ agreementId: rides.agreementId });
    expect(outcomeOf(await charge(rides, 500n))).toBe('AGREEMENT_ENDED');
    expect(await payer.balance()).toBe(10_000_00n);
  });

  test('that cannot be paid leads to arrears and a suspension, which a top-up ends', async () => {
    const payer = await openPayer(world, { balanceMinor: 30_00n });
    const { walletId, app } = payer;
    const rides = await offer();
    await sign(payer, rides);
    // Nothing is advanced before a first charge was paid.
    const first = await charge(rides, 100n);
    expect(outcomeOf(first)).toBe('SUCCEEDED');
    const ride = await charge(rides, 1_200n);
    expect(outcomeOf(ride)).toBe('SUCCEEDED');
    const missing = minor(first.payerAmount) + minor(ride.payerAmount) - 30_00n;
    expect(missing).toBeGreaterThan(0n);
    const walletNow = async () => (await app.wallets.getWallet({ walletId })).wallet;
    expect(minor((await walletNow())?.arrears)).toBe(missing);
    expect(outcomeOf(await charge(rides, 500n))).toBe('AGREEMENT_SUSPENDED');
    const resume = () => app.wallets.resumeAgreement({ walletId, agreementId: rides.agreementId });
    expect(await reasonOf(resume())).toBe('ARREARS_OPEN');
    await payer.topUp(200_00n);
    expect(minor((await walletNow())?.arrears)).toBe(0n);
    expect(await payer.balance()).toBe(200_00n - missing);
    await reasonOf(resume());
    expect(outcomeOf(await charge(rides, 500n))).toBe('SUCCEEDED');
  });
});
