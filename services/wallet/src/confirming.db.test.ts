import type { ConfirmPaymentRequest, ScanCodeRequest } from '@causeway/proto/acquiring';
import { DeclineReason, type Payment, PaymentState } from '@causeway/proto/common';
import { ChargeState } from '@causeway/proto/wallet';
import { Refusal, uuidFrom } from '@causeway/runtime';
import { beforeAll, expect, test } from 'vitest';
import {
  hkd,
  type RunningOperator,
  refusalOf,
  runtime,
  testWorld,
} from './testing/service.fixture.ts';
import { type TermsInput, termsMessage } from './testing/terms.fixture.ts';
import { expectSoundBooks } from './testing/world.fixture.ts';

/** Acquiring, as these tests have it: it notes what it is asked and answers what it is told to. */
const asked: { scans: ScanCodeRequest[]; confirmations: ConfirmPaymentRequest[] } = {
  ...{ scans: [], confirmations: [] },
};
const payments = new Map<string, Payment>();
let refusal: Refusal | undefined;

const world = await testWorld();
let operator: RunningOperator;
beforeAll(async () => {
  const address = await world.acquiring({
    async scanCode(request) {
      asked.scans.push(request);
      if (refusal !== undefined) throw refusal;
      return { merchant: undefined, subject: undefined, paymentRequestId: 'key', quotes: [] };
    },
    async confirmPayment(request) {
      asked.confirmations.push(request);
      if (refusal !== undefined) throw refusal;
      return { payment: payments.get(request.payload), replay: false };
    },
    getPayerPayment: async ({ paymentId }) => ({
      payment: [...payments.values()].find((payment) => payment.paymentId === paymentId),
    }),
    reportAgreement: async () => ({ agreement: undefined }),
  });
  operator = await world.operator('harbour-wallet', '852101', address);
});

async function opened(name: string, tier = 'intermediate') {
  const backEnd = operator.walletsAs('harbour-wallet');
  const { wallet } = await backEnd.openWallet({ requestId: name, displayName: name, tier });
  const walletId = wallet?.walletId ?? '';
  await backEnd.topUp({ walletId, requestId: 'first', amount: hkd(2_500_000n) });
  const { token } = await backEnd.createAccessToken({ walletId });
  return { walletId, app: operator.appWith(token), backEnd };
}

function paymentOf(name: string, state: PaymentState): Payment {
  const payment: Payment = {
    ...{ paymentId: uuidFrom('payment', name), paymentRequestId: name, version: 1n, state },
    ...{ declineReason: DeclineReason.UNSPECIFIED, method: 0, partnerId: 'sakura' },
    ...{ merchant: undefined, payeeAmount: hkd(100n), payerAmount: hkd(100n) },
    ...{ conversion: undefined, issuerId: 'harbour-wallet', refundedPayeeAmount: undefined },
    ...{ refundedPayerAmount: undefined, cancelling: false, acquirerClearingDate: '' },
    ...{ issuerClearingDate: '', createTime: undefined, updateTime: undefined },
    ...{ expireTime: undefined, payerReference: '', orderDescription: '', agreementId: '' },
    ...{
      tipAmount: undefined,
      partnerReference: '',
      settlementAmount: undefined,
      settlementRate: '',
    },
  };
  payments.set(name, payment);
  return payment;
}

const scan = { payload: 'a code', payeeAmount: hkd(100n), tipAmount: hkd(5n) };
const confirm = { ...scan, paymentRequestId: 'key', quoteToken: 'a price' };

test('an app’s scan and confirmation go to the switch in the name of its wallet', async () => {
  const { walletId, app } = await opened('confirm');
  expect((await app.scanCode({ walletId, ...scan })).scanned).toMatchObject({
    paymentRequestId: 'key',
  });
  expect(asked.scans.at(-1)).toEqual({ issuerId: 'harbour-wallet', ...scan });
  const pending = paymentOf('pending', PaymentState.PENDING);
  const answer = await app.confirmPayment({ walletId, ...confirm, payload: 'pending' });
  expect(answer).toEqual({ payment: pending, replay: false });
  expect(asked.confirmations.at(-1)).toEqual({
    ...{ issuerId: 'harbour-wallet', walletId, ...confirm, payload: 'pending' },
  });
  expect((await app.getPayment({ walletId, paymentId: pending.paymentId })).payment).toEqual(
    pending,
  );
});

test('an app sees and touches only what is its wallet’s', async () => {
  const [mine, theirs] = [await opened('mine'), await opened('theirs')];
  const { paymentId } = paymentOf('theirs', PaymentState.DECLINED);
  await theirs.app.confirmPayment({ walletId: theirs.walletId, ...confirm, payload: 'theirs' });
  const { walletId } = theirs;
  const calls = [
    mine.app.scanCode({ walletId, ...scan }),
    mine.app.confirmPayment({ walletId, ...confirm }),
    mine.app.getPayment({ walletId, paymentId }),
    mine.app.listAgreements({ walletId, pageSize: 0, pageToken: '' }),
    mine.app.endAgreement({ walletId, agreementId: paymentId }),
  ];
  for (const call of calls) expect((await refusalOf(call)).reason).toBe('WALLET_UNKNOWN');
  const other = mine.app.getPayment({ walletId: mine.walletId, paymentId });
  expect((await refusalOf(other)).reason).toBe('PAYMENT_UNKNOWN');
  expect((await theirs.app.getPayment({ walletId, paymentId })).payment?.paymentId).toBe(paymentId);
});

test('refusals of the switch pass as they are, but for those that nobody knows', async () => {
  const { walletId, app, backEnd } = await opened('refused');
  refusal = new Refusal('ORDER_TAKEN', 'another wallet has paid', {
    ...{ metadata: { payment_id: 'p' }, fields: [{ field: 'payload', description: 'is taken' }] },
  });
  expect(await refusalOf(app.confirmPayment({ walletId, ...confirm }))).toMatchObject({
    ...{ reason: 'ORDER_TAKEN', message: 'another wallet has paid' },
    ...{ metadata: { payment_id: 'p' }, fields: [{ field: 'payload' }] },
  });
  refusal = new Refusal('UNHEARD_OF', 'what');
  await expect(app.scanCode({ walletId, ...scan })).rejects.toThrow('internal error');
  refusal = undefined;
  // A wallet that may not pay asks nobody.
  const before = asked.scans.length;
  await backEnd.freezeWallet({ walletId });
  expect((await refusalOf(app.scanCode({ walletId, ...scan }))).reason).toBe('WALLET_FROZEN');
  const confirmed = app.confirmPayment({ walletId, ...confirm });
  expect((await refusalOf(confirmed)).reason).toBe('WALLET_FROZEN');
  expect(asked.scans).toHaveLength(before);
});

test('without the switch a wallet says so at once, and shows codes all the same', async () => {
  const alone = await world.operator('harbour-wallet', '852101');
  const backEnd = alone.walletsAs('harbour-wallet');
  const opening = { requestId: 'alone', displayName: 'alone', tier: 'advanced' };
  const walletId = (await backEnd.openWallet(opening)).wallet?.walletId ?? '';
  expect(await refusalOf(backEnd.scanCode({ walletId, ...scan }))).toMatchObject({
    reason: 'DEPENDENCY_UNAVAILABLE',
  });
  const { paymentCode } = await backEnd.createPaymentCode({ walletId, ttlSeconds: 0 });
  expect(paymentCode).toHaveLength(24);
});

test('what a user confirmed is held, taken over, and captured or voided', async () => {
  const { walletId, app } = await opened('held', 'advanced');
  const issuer = operator.issuerAs('routing');
  const payer = { reference: { $case: 'walletId' as const, value: walletId } };
  const hold = (name: string, amountMinor: bigint, terms: Partial<TermsInput> = {}) => ({
    ...{ paymentId: uuidFrom('payment', name), payer, payerAmount: hkd(amountMinor) },
    terms: termsMessage({ payee: hkd(amountMinor), ...terms }),
    ...{ expireTime: new Date(runtime.clock.nowMs() + 60_000), holdTtlSeconds: 30 },
  });
  const stateOf = async (answer: Promise<{ charge: { state: ChargeState } | undefined }>) =>
    (await answer).charge?.state;
  // A corridor's limit replaces the tier's: HKD 10,000 to mainland China, HKD 5,000 elsewhere.
  const first = hold('held first', 1_000_000n, { merchantCountry: 'CN' });
  expect(await stateOf(issuer.hold(first))).toBe(ChargeState.HELD);
  const above = [
    hold('held above', 1_000_001n, { merchantCountry: 'CN' }),
    hold('held abroad', 500_001n, { merchantCountry: 'JP' }),
  ];
  for (const each of above) {
    expect((await issuer.hold(each)).charge?.declineReason).toBe(DeclineReason.LIMIT_SINGLE);
  }
  const { wallet } = await app.getWallet({ walletId });
  expect(wallet).toMatchObject({
    ...{ heldBalance: hkd(1_000_000n), availableBalance: hkd(1_500_000n) },
    allowance: { dayLeftMinor: 1_000_000n },
  });
  const { paymentId } = first;
  paymentOf('held first', PaymentState.SUCCEEDED);
  expect(await stateOf(issuer.takeOverHold({ paymentId, payer }))).toBe(ChargeState.HELD);
  expect(await stateOf(issuer.capture({ paymentId, payer }))).toBe(ChargeState.CAPTURED);
  expect(await stateOf(issuer.hold(first))).toBe(ChargeState.CAPTURED);
  expect((await app.getPayment({ walletId, paymentId })).payment?.paymentId).toBe(paymentId);

  const second = hold('held second', 500_000n);
  expect(await stateOf(issuer.hold(second))).toBe(ChargeState.HELD);
  const key = { paymentId: second.paymentId, payer };
  for (const end of [issuer.void, issuer.void, issuer.capture, issuer.getCharge]) {
    expect(await stateOf(end(key))).toBe(ChargeState.VOIDED);
  }
  const late = hold('held late', 1n);
  const fence = { paymentId: late.paymentId, payer };
  expect(await stateOf(issuer.void(fence))).toBe(ChargeState.VOIDED);
  expect(await stateOf(issuer.hold(late))).toBe(ChargeState.VOIDED);
  const { wallet: after } = await app.getWallet({ walletId });
  expect(after).toMatchObject({
    ...{ heldBalance: hkd(0n), availableBalance: hkd(1_500_000n) },
    allowance: { dayLeftMinor: 1_000_000n },
  });
  await expectSoundBooks(operator.db);
});
