import { AgreementState } from '@causeway/proto/acquiring';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { paymentIdOf } from '../feed/facts.fixture.ts';
import { baht, startShop } from '../shop.fixture.ts';

const shop = await startShop();
const { asked, payers, payments, agreements, others, merchantId } = shop;

afterAll(() => shop.stop());
beforeEach(() => asked.forget());

const offering = (requestId: string, change: object = {}) => ({
  ...{ requestId, merchantId, description: 'rides', ttlSeconds: 0 },
  ...change,
});

/** As users followed them. */
const links = new Map<string, string>();

async function offer(requestId: string) {
  const { agreement, link } = await agreements.createAgreement(offering(requestId));
  const agreementId = agreement?.agreementId ?? '';
  links.set(agreementId, link);
  return { agreementId, link };
}

const reporting = (agreementId: string, state: AgreementState, version: bigint) => ({
  ...{ issuerId: '', agreementId, state, version, payload: links.get(agreementId) ?? '' },
});

const charging = (paymentRequestId: string, agreementId: string, change: object = {}) => ({
  ...{ paymentRequestId, agreementId, paymentCode: '', merchantId, storeId: '', terminalId: '' },
  ...{ payeeAmount: baht(8_000n), orderDescription: 'a ride' },
  ...change,
});

test('an offer is made once, followed by its link, and signed by one operator', async () => {
  const { agreementId, link } = await offer('a1');
  expect((await offer('a1')).agreementId).toBe(agreementId);
  const other = agreements.createAgreement(offering('a1', { description: 'other' }));
  await expect(other).rejects.toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED' });
  expect(await payers.harbour.scanCode(shop.scanning(link))).toMatchObject({
    merchant: { merchantId },
    subject: {
      $case: 'agreement',
      value: { agreementId, state: AgreementState.OFFERED, description: 'rides', issuerId: '' },
    },
  });
  const active = reporting(agreementId, AgreementState.ACTIVE, 1n);
  const racing = await Promise.allSettled([
    payers.harbour.reportAgreement(active),
    payers.peak.reportAgreement(active),
  ]);
  expect(racing.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(racing.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { reason: 'AGREEMENT_TAKEN' },
  });
  const { agreement } = await agreements.getAgreement({ agreementId });
  expect(agreement?.state).toBe(AgreementState.ACTIVE);
  const confirmation = shop.confirming(link);
  await expect(payers.harbour.confirmPayment(confirmation)).rejects.toMatchObject({
    reason: 'CODE_UNREADABLE',
  });
});

test('an operator whose user was not shown an offer cannot sign it, nor hear of it', async () => {
  const [shown, other] = [await offer('shown'), await offer('other')];
  const signing = reporting(shown.agreementId, AgreementState.ACTIVE, 1n);
  for (const payload of ['', other.link, shown.link.replace(/.{16}$/, '0'.repeat(16))]) {
    const guessed = payers.peak.reportAgreement({ ...signing, payload });
    await expect(guessed).rejects.toMatchObject({ reason: 'AGREEMENT_UNKNOWN' });
  }
  const { agreement } = await payers.harbour.reportAgreement(signing);
  expect(agreement?.state).toBe(AgreementState.ACTIVE);
  const later = reporting(shown.agreementId, AgreementState.SUSPENDED, 2n);
  const told = await payers.harbour.reportAgreement({ ...later, payload: '' });
  expect(told.agreement?.state).toBe(AgreementState.SUSPENDED);
});

test('a charge goes to the operator that keeps the agreement, whatever is known of it here', async () => {
  const { agreementId } = await offer('a2');
  const unsigned = payments.createPayment(charging('early', agreementId));
  await expect(unsigned).rejects.toMatchObject({ reason: 'AGREEMENT_UNKNOWN' });
  for (const [state, version] of [
    [AgreementState.ACTIVE, 1n],
    [AgreementState.SUSPENDED, 2n],
    [AgreementState.ENDED, 3n],
  ] as const) {
    await payers.harbour.reportAgreement(reporting(agreementId, state, version));
    await payments.createPayment(charging(`ride ${version}`, agreementId));
    expect(asked.charged.at(-1)).toMatchObject({
      ...{ paymentCode: '', agreement: { issuerId: 'harbour-wallet', agreementId } },
      merchant: { reference: { merchantId } },
    });
  }
});

test('a charge names one payer, and an agreement of its own merchant', async () => {
  const { agreementId } = await offer('a3');
  await payers.harbour.reportAgreement(reporting(agreementId, AgreementState.ACTIVE, 1n));
  const { merchant: sibling } = await shop.merchants.createMerchant({
    ...{ requestId: 'm3', displayName: 'Sibling', countryCode: 'TH', city: 'Bangkok' },
    ...{ categoryCode: '5814', currencyCodes: ['THB'] },
  });
  for (const [change, reason] of [
    [{ paymentCode: '852101020012345678901234' }, 'FIELD_INVALID'],
    [{ agreementId: '' }, 'FIELD_INVALID'],
    [{ agreementId: 'x' }, 'FIELD_INVALID'],
    [{ agreementId: paymentIdOf('nobody') }, 'AGREEMENT_UNKNOWN'],
    [{ merchantId: sibling?.merchantId }, 'AGREEMENT_UNKNOWN'],
  ] as const) {
    const charge = payments.createPayment(charging('bad', agreementId, change));
    await expect(charge).rejects.toMatchObject({ reason });
  }
  const stolen = others.payments.createPayment(charging('stolen', agreementId));
  await expect(stolen).rejects.toMatchObject({ reason: 'AGREEMENT_UNKNOWN' });
  expect(asked.charged).toEqual([]);
});

test('an agreement is ended at its operator first, and stays as it is where that is away', async () => {
  const { agreementId } = await offer('a4');
  await payers.harbour.reportAgreement(reporting(agreementId, AgreementState.ACTIVE, 1n));
  asked.operatorsAreAway = true;
  await expect(agreements.endAgreement({ agreementId })).rejects.toMatchObject({
    reason: 'DEPENDENCY_UNAVAILABLE',
  });
  const before = await agreements.getAgreement({ agreementId });
  expect(before.agreement?.state).toBe(AgreementState.ACTIVE);
  asked.operatorsAreAway = false;
  for (let again = 0; again < 2; again += 1) {
    const { agreement } = await agreements.endAgreement({ agreementId });
    expect(agreement?.state).toBe(AgreementState.ENDED);
  }
  expect(asked.revoked).toEqual([{ issuerId: 'harbour-wallet', agreementId }]);
  const late = payers.harbour.reportAgreement(reporting(agreementId, AgreementState.ACTIVE, 2n));
  await expect(late).rejects.toMatchObject({ reason: 'AGREEMENT_ENDED' });
});

test('an offer that is taken back is signed by nobody, and calls nobody', async () => {
  const { agreementId, link } = await offer('a5');
  const { agreement } = await agreements.endAgreement({ agreementId });
  expect(agreement).toMatchObject({ state: AgreementState.ENDED, issuerId: '' });
  const signing = payers.harbour.reportAgreement(reporting(agreementId, AgreementState.ACTIVE, 1n));
  await expect(signing).rejects.toMatchObject({ reason: 'AGREEMENT_ENDED' });
  expect(await payers.harbour.scanCode(shop.scanning(link))).toMatchObject({
    subject: { value: { state: AgreementState.ENDED } },
  });
  expect(asked.revoked).toEqual([]);
});

test('agreements are their partner’s own, and judged when offered', async () => {
  const { agreementId } = await offer('a6');
  const unknown = { reason: 'AGREEMENT_UNKNOWN' };
  await expect(others.agreements.getAgreement({ agreementId })).rejects.toMatchObject(unknown);
  await expect(others.agreements.endAgreement({ agreementId })).rejects.toMatchObject(unknown);
  const nobody = paymentIdOf('nobody');
  await expect(
    payers.harbour.reportAgreement(reporting(nobody, AgreementState.ACTIVE, 1n)),
  ).rejects.toMatchObject(unknown);
  for (const [change, reason] of [
    [{ ttlSeconds: 59 }, 'FIELD_INVALID'],
    [{ ttlSeconds: 86_401 }, 'FIELD_INVALID'],
    [{ description: '' }, 'FIELD_INVALID'],
    [{ merchantId: nobody }, 'MERCHANT_UNKNOWN'],
  ] as const) {
    const refused = agreements.createAgreement(offering('bad', change));
    await expect(refused).rejects.toMatchObject({ reason });
  }
  for (const bad of [
    reporting(agreementId, AgreementState.OFFERED, 1n),
    reporting(agreementId, AgreementState.ACTIVE, 0n),
  ]) {
    await expect(payers.harbour.reportAgreement(bad)).rejects.toMatchObject({
      reason: 'FIELD_INVALID',
    });
  }
});
