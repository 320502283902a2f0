import { AgreementState, type ScanCodeResponse } from '@causeway/proto/acquiring';
import { DeclineReason, PaymentMethod } from '@causeway/proto/common';
import { AgreementPeriod, ChargeState, StatementEntryKind } from '@causeway/proto/wallet';
import { uuidFrom } from '@causeway/runtime';
import { beforeAll, expect, test } from 'vitest';
import {
  hkd,
  type RunningOperator,
  refusalOf,
  runtime,
  testWorld,
} from './testing/service.fixture.ts';
import { MERCHANT_ID, termsMessage } from './testing/terms.fixture.ts';
import { expectSoundBooks } from './testing/world.fixture.ts';

/** What acquiring was told of agreements, in order. */
const told: { agreementId: string; state: AgreementState; version: bigint; issuerId: string }[] =
  [];

const world = await testWorld();
let operator: RunningOperator;
beforeAll(async () => {
  const unasked = () => Promise.reject(new Error('not asked for'));
  const address = await world.acquiring({
    scanCode: async ({ payload }) => offered(payload),
    async reportAgreement({ agreementId, state, version, issuerId }) {
      told.push({ agreementId, state, version, issuerId });
      return { agreement: undefined };
    },
    ...{ confirmPayment: unasked, getPayerPayment: unasked },
  });
  operator = await world.operator('harbour-wallet', '852101', address);
});

function offered(name: string): ScanCodeResponse {
  const { merchant } = termsMessage({ payee: hkd(1n), merchantName: 'Harbour Rides' });
  const agreement = {
    ...{ agreementId: uuidFrom('agreement', name), merchant, description: 'Rides' },
    ...{ state: AgreementState.OFFERED, issuerId: '', expireTime: undefined },
    ...{ createTime: undefined, updateTime: undefined },
  };
  const subject = { $case: 'agreement' as const, value: agreement };
  return { merchant, subject, paymentRequestId: '', quotes: [] };
}

async function opened(name: string, amountMinor: bigint) {
  const backEnd = operator.walletsAs('harbour-wallet');
  const opening = { requestId: name, displayName: name, tier: 'intermediate' };
  const walletId = (await backEnd.openWallet(opening)).wallet?.walletId ?? '';
  await backEnd.topUp({ walletId, requestId: 'first', amount: hkd(amountMinor) });
  const { token } = await backEnd.createAccessToken({ walletId });
  return { walletId, app: operator.appWith(token), backEnd };
}

const caps = { chargeCap: hkd(10_000n), periodCap: hkd(25_000n), period: AgreementPeriod.MONTH };

function chargeOf(agreementId: string, name: string, amountMinor: bigint) {
  const terms = termsMessage({ payee: hkd(amountMinor), merchantName: 'Harbour Rides' });
  return {
    paymentId: uuidFrom('payment', name),
    payer: { reference: { $case: 'agreementId' as const, value: agreementId } },
    payerAmount: hkd(amountMinor),
    terms: { ...terms, method: PaymentMethod.AGREEMENT },
    expireTime: new Date(runtime.clock.nowMs() + 60_000),
  };
}

test('signed in the app, charged by the switch, advanced, paid back, ended', async () => {
  const { walletId, app, backEnd } = await opened('rider', 7_000n);
  const { agreement } = await app.signAgreement({ walletId, payload: 'rides', ...caps });
  const agreementId = uuidFrom('agreement', 'rides');
  expect(agreement).toMatchObject({
    ...{ agreementId, walletId, state: AgreementState.ACTIVE, ...caps, periodUsed: hkd(0n) },
    merchant: { merchantId: MERCHANT_ID, displayName: 'Harbour Rides' },
  });
  expect(told).toEqual([
    { agreementId, state: AgreementState.ACTIVE, version: 1n, issuerId: 'harbour-wallet' },
  ]);

  const issuer = operator.issuerAs('routing');
  // Nothing is advanced before one was paid.
  const early = await issuer.charge(chargeOf(agreementId, 'too early', 7_001n));
  expect(early.charge?.declineReason).toBe(DeclineReason.INSUFFICIENT_FUNDS);
  await issuer.charge(chargeOf(agreementId, 'first ride', 1_000n));
  const request = chargeOf(agreementId, 'ride', 10_000n);
  const { charge } = await issuer.charge(request);
  expect(charge).toMatchObject({ state: ChargeState.CAPTURED, walletId });
  const { paymentId, payer } = request;
  const byWallet = { reference: { $case: 'walletId' as const, value: walletId } };
  // The agreement and the wallet lead to the same charge.
  for (const each of [payer, byWallet]) {
    const found = await issuer.getCharge({ paymentId, payer: each });
    expect(found.charge).toMatchObject({ state: ChargeState.CAPTURED, walletId });
  }
  expect((await app.getWallet({ walletId })).wallet?.arrears).toEqual(hkd(4_000n));
  const soon = await issuer.charge(chargeOf(agreementId, 'too soon', 100n));
  expect(soon.charge?.declineReason).toBe(DeclineReason.AGREEMENT_SUSPENDED);
  const open = app.resumeAgreement({ walletId, agreementId });
  expect((await refusalOf(open)).reason).toBe('ARREARS_OPEN');
  await backEnd.topUp({ walletId, requestId: 'second', amount: hkd(5_000n) });
  const { entries } = await app.listStatementEntries({ walletId, pageSize: 0, pageToken: '' });
  expect(entries).toMatchObject([
    { kind: StatementEntryKind.ARREARS_PAID, amount: hkd(-4_000n), paymentId: '' },
    { kind: StatementEntryKind.TOP_UP, amount: hkd(5_000n) },
    { kind: StatementEntryKind.PAYMENT, amount: hkd(-10_000n), description: 'Harbour Rides' },
    { kind: StatementEntryKind.ADVANCE, amount: hkd(4_000n), paymentId },
    { kind: StatementEntryKind.PAYMENT, amount: hkd(-1_000n) },
    { kind: StatementEntryKind.TOP_UP, amount: hkd(7_000n) },
  ]);
  const listed = await app.listAgreements({ walletId, pageSize: 0, pageToken: '' });
  expect(listed.agreements).toMatchObject([
    { state: AgreementState.ACTIVE, periodUsed: hkd(11_000n), unpaidCount: 0 },
  ]);

  await issuer.revokeAgreement({ agreementId });
  const over = await issuer.charge(chargeOf(agreementId, 'too late', 100n));
  expect(over.charge?.declineReason).toBe(DeclineReason.AGREEMENT_ENDED);
  const again = app.signAgreement({ walletId, payload: 'rides', ...caps });
  expect((await refusalOf(again)).reason).toBe('AGREEMENT_ENDED');
  expect((await issuer.void({ paymentId, payer })).charge?.state).toBe(ChargeState.VOIDED);
  await expectSoundBooks(operator.db);
});

test('what nobody signed is declined for ever, and its fence holds', async () => {
  const { walletId, app } = await opened('nobody', 10_000n);
  const issuer = operator.issuerAs('routing');
  const [unsigned, fenced] = ['unsigned', 'fenced'].map((name) => uuidFrom('agreement', name));
  const early = chargeOf(unsigned ?? '', 'early', 100n);
  const asked = { paymentId: early.paymentId, payer: early.payer };
  expect((await issuer.getCharge(asked)).charge?.state).toBe(ChargeState.UNSEEN);
  const declined = await issuer.charge(early);
  expect(declined.charge?.declineReason).toBe(DeclineReason.AGREEMENT_UNKNOWN);
  const late = chargeOf(fenced ?? '', 'late', 100n);
  const fence = { paymentId: late.paymentId, payer: late.payer };
  expect((await issuer.void(fence)).charge?.state).toBe(ChargeState.VOIDED);
  for (const payload of ['unsigned', 'fenced']) {
    const signing = app.signAgreement({ walletId, payload, ...caps });
    expect((await refusalOf(signing)).reason).toBe('AGREEMENT_ENDED');
  }
  expect((await issuer.charge(early)).charge).toEqual(declined.charge);
  expect((await issuer.charge(late)).charge?.state).toBe(ChargeState.VOIDED);
  await expectSoundBooks(operator.db);
});

test('bad fields are named, and nothing is signed or blocked', async () => {
  const { walletId, app } = await opened('fields', 1n);
  const signing = { walletId, payload: 'fields', ...caps };
  const cases: [object, string][] = [
    [{ payload: '' }, 'payload'],
    [{ payload: 'x'.repeat(4_297) }, 'payload'],
    [{ chargeCap: hkd(0n) }, 'charge_cap.amount_minor'],
    [{ periodCap: { currencyCode: 'JPY', amountMinor: 1n } }, 'period_cap.currency_code'],
    [{ periodCap: hkd(9_999n) }, 'period_cap'],
    [{ period: AgreementPeriod.UNSPECIFIED }, 'period'],
  ];
  for (const [change, field] of cases) {
    const { fields } = await refusalOf(app.signAgreement({ ...signing, ...change }));
    expect(fields.map((wrong) => wrong.field)).toContain(field);
  }
  const issuer = operator.issuerAs('routing');
  const agreementId = uuidFrom('agreement', 'fields');
  const bad = { ...chargeOf(agreementId, 'fields', 100n), expireTime: undefined };
  expect((await refusalOf(issuer.charge(bad))).fields).toMatchObject([{ field: 'expire_time' }]);
  const unnamed = issuer.revokeAgreement({ agreementId: 'x' });
  expect((await refusalOf(unnamed)).fields).toMatchObject([{ field: 'agreement_id' }]);
  const strange = app.endAgreement({ walletId, agreementId });
  expect((await refusalOf(strange)).reason).toBe('AGREEMENT_UNKNOWN');
  expect((await app.signAgreement(signing)).agreement?.state).toBe(AgreementState.ACTIVE);
});
