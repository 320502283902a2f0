import { ChargeState, StatementEntryKind, WalletStatus } from '@causeway/proto/wallet';
import { uuidFrom } from '@causeway/runtime';
import { expect, test } from 'vitest';
import { hkd, refusalOf, runtime, testWorld } from './testing/service.fixture.ts';
import { termsMessage } from './testing/terms.fixture.ts';
import { expectSoundBooks } from './testing/world.fixture.ts';

const world = await testWorld();
const { db, walletsAs, issuerAs, floatAs, appWith } = await world.operator(
  'harbour-wallet',
  '852101',
);

async function openWallet(name: string, amountMinor = 1_000_000n): Promise<string> {
  const backEnd = walletsAs('harbour-wallet');
  const opening = { requestId: name, displayName: name, tier: 'intermediate' };
  const { wallet } = await backEnd.openWallet(opening);
  const walletId = wallet?.walletId ?? '';
  await backEnd.topUp({ walletId, requestId: 'first', amount: hkd(amountMinor) });
  return walletId;
}

async function appOf(walletId: string) {
  const { token } = await walletsAs('harbour-wallet').createAccessToken({ walletId });
  return appWith(token);
}

function chargeRequest(paymentCode: string, name: string) {
  const payee = { currencyCode: 'JPY', amountMinor: 1_280n };
  return {
    paymentId: uuidFrom('payment', name),
    payer: { reference: { $case: 'paymentCode' as const, value: paymentCode } },
    payerAmount: hkd(6_421n),
    terms: termsMessage({ payee, rate: '19.94', merchantCountry: 'JP', merchantName: 'Ramen' }),
    expireTime: new Date(runtime.clock.nowMs() + 10_000),
  };
}

test('an app shows a code, the switch charges and refunds it, the app reads it back', async () => {
  const walletId = await openWallet('tour');
  const app = await appOf(walletId);
  const { paymentCode, rateBoard } = await app.createPaymentCode({ walletId, ttlSeconds: 0 });
  expect(rateBoard?.entries).toMatchObject([{ payeeCurrencyCode: 'JPY', rate: '19' }]);

  const issuer = issuerAs('routing', 'coalesced');
  const request = chargeRequest(paymentCode, 'tour');
  const { paymentId, payer } = request;
  expect((await issuer.getCharge({ paymentId, payer })).charge?.state).toBe(ChargeState.UNSEEN);
  const { charge } = await issuer.charge(request);
  expect(charge).toMatchObject({
    ...{ state: ChargeState.CAPTURED, walletId, payerAmount: hkd(6_421n) },
    // Its own terms are not told again to who has just sent them; others are.
    terms: undefined,
  });
  expect((await issuer.charge({ ...request, payerAmount: hkd(1n) })).charge).toEqual(charge);
  const { terms } = request;
  const repriced = await issuer.charge({ ...request, terms: { ...terms, partnerId: 'other' } });
  expect(repriced.charge).toEqual({ ...charge, terms });

  const refund = {
    ...{ paymentId, payer, refundId: uuidFrom('refund', paymentId, 'half') },
    ...{ payerAmount: hkd(3_210n), payeeAmount: { currencyCode: 'JPY', amountMinor: 640n } },
  };
  const refunded = await issuer.refund(refund);
  expect(refunded).toMatchObject({ charge: { refundedAmount: hkd(3_210n) }, unclaimed: false });
  expect((await refusalOf(issuer.void({ paymentId, payer }))).reason).toBe('CHARGE_REFUNDED');

  const { wallet } = await app.getWallet({ walletId });
  expect(wallet).toMatchObject({
    ...{ status: WalletStatus.ACTIVE, availableBalance: hkd(996_789n) },
    allowance: { dayLeftMinor: 996_789n },
  });
  const { entries } = await app.listStatementEntries({ walletId, pageSize: 0, pageToken: '' });
  expect(entries).toMatchObject([
    { kind: StatementEntryKind.REFUND, payeeAmount: { amountMinor: 640n }, paymentId },
    { kind: StatementEntryKind.PAYMENT, amount: hkd(-6_421n), description: 'Ramen', rate: '19.94' },
    { kind: StatementEntryKind.TOP_UP, description: 'first', paymentId: '' },
  ]);
  await expectSoundBooks(db);
});

test('an app touches its own wallet and does only what an app may', async () => {
  const [mine, theirs] = [await openWallet('mine'), await openWallet('theirs')];
  const app = await appOf(mine);
  const page = { pageSize: 0, pageToken: '' };
  const calls = [
    () => app.getWallet({ walletId: theirs }),
    () => app.getWallet({ walletId: uuidFrom('wallet', 'nobody') }),
    () => app.createPaymentCode({ walletId: theirs, ttlSeconds: 0 }),
    () => app.listStatementEntries({ walletId: theirs, ...page }),
  ];
  for (const call of calls) expect((await refusalOf(call())).reason).toBe('WALLET_UNKNOWN');
  const topUp = app.topUp({ walletId: mine, requestId: 'gift', amount: hkd(1n) });
  expect((await refusalOf(topUp)).reason).toBe('CALLER_NOT_ALLOWED');
  const forged = appWith('w1.k1.AAAA.AAAA').getWallet({ walletId: mine });
  expect((await refusalOf(forged)).reason).toBe('CALLER_UNKNOWN');
});

test('partners and other operators are turned away', async () => {
  const walletId = await openWallet('guarded');
  const payer = { reference: { $case: 'walletId' as const, value: walletId } };
  const key = { paymentId: uuidFrom('payment', 'guarded'), payer };
  for (const caller of ['sakura', 'harbour-wallet']) {
    const call = issuerAs(caller, 'unary').void(key);
    expect((await refusalOf(call)).reason).toBe('CALLER_NOT_ALLOWED');
  }
  const other = walletsAs('peak-wallet');
  expect((await refusalOf(other.getWallet({ walletId }))).reason).toBe('CALLER_NOT_ALLOWED');
  const list = other.listWallets({ pageSize: 0, pageToken: '' });
  expect((await refusalOf(list)).reason).toBe('CALLER_NOT_ALLOWED');
});

test('bad fields are named, and nothing is written', async () => {
  const issuer = issuerAs('routing', 'unary');
  const good = chargeRequest('852101020712345678901234', 'bad fields');
  const bad = await refusalOf(
    issuer.charge({
      ...good,
      paymentId: 'x',
      payer: { reference: { $case: 'paymentCode', value: '123\u0000' } },
      payerAmount: { currencyCode: 'JPY', amountMinor: 1n },
      terms: { ...good.terms, partnerId: '', payeeAmount: hkd(0n), conversion: undefined },
      expireTime: undefined,
    }),
  );
  expect(bad.reason).toBe('FIELD_INVALID');
  expect(bad.fields.map(({ field }) => field).sort()).toEqual([
    ...['expire_time', 'payer.payment_code', 'payer.payment_code'],
    ...['payer_amount.currency_code', 'payment_id'],
    ...['terms.partner_id', 'terms.payee_amount.amount_minor'],
  ]);
  const negative = await refusalOf(issuer.charge({ ...good, payerAmount: hkd(-1n) }));
  expect(negative).toMatchObject({ reason: 'AMOUNT_INVALID' });
  const hold = await refusalOf(issuer.hold({ ...good, holdTtlSeconds: 601 }));
  expect(hold.fields).toMatchObject([{ field: 'hold_ttl_seconds' }]);
  const { paymentId, payer } = good;
  expect((await issuer.getCharge({ paymentId, payer })).charge?.state).toBe(ChargeState.UNSEEN);

  const backEnd = walletsAs('harbour-wallet');
  const walletId = await openWallet('fields');
  const amount = hkd(1n);
  const calls: [() => Promise<unknown>, string][] = [
    [() => backEnd.openWallet({ requestId: '', displayName: 'x', tier: 'advanced' }), 'request_id'],
    [
      () => backEnd.openWallet({ requestId: 'x', displayName: 'a\nb', tier: 'advanced' }),
      'display_name',
    ],
    [() => backEnd.openWallet({ requestId: 'x', displayName: 'x', tier: 'gold' }), 'tier'],
    [() => backEnd.topUp({ walletId, requestId: 'x'.repeat(65), amount }), 'request_id'],
    [() => backEnd.topUp({ walletId: 'X', requestId: 'x', amount }), 'wallet_id'],
    [() => backEnd.topUp({ walletId, requestId: 'x', amount: undefined }), 'amount'],
    [() => backEnd.withdraw({ walletId, requestId: 'x', amount: hkd(0n) }), 'amount.amount_minor'],
    [() => backEnd.listWallets({ pageSize: 501, pageToken: '' }), 'page_size'],
    [() => backEnd.createPaymentCode({ walletId, ttlSeconds: -1 }), 'ttl_seconds'],
  ];
  for (const [call, field] of calls) {
    expect((await refusalOf(call())).fields).toMatchObject([{ field }]);
  }
});

test('a code that could be nobody’s is declined, and its void finds it', async () => {
  const issuer = issuerAs('routing', 'coalesced');
  const request = chargeRequest('28123456789012345', 'foreign');
  const { charge } = await issuer.charge(request);
  expect(charge).toMatchObject({ state: ChargeState.DECLINED, walletId: '' });
  const { paymentId, payer } = request;
  const { terms } = request;
  expect((await issuer.void({ paymentId, payer })).charge).toEqual({ ...charge, terms });
  const garbage = { reference: { $case: 'paymentCode' as const, value: 'abc' } };
  const blocked = { paymentId: uuidFrom('payment', 'garbage'), payer: garbage };
  expect((await issuer.void(blocked)).charge?.state).toBe(ChargeState.VOIDED);
});

test('the back end reads its float, settles and proves it, and nobody else does', async () => {
  const float = floatAs('harbour-wallet');
  const { statement } = await float.getFloatStatement({});
  const trust = hkd(statement?.floatMinor ?? 0n);
  const asked = { requestId: 'p1', floatDate: '', trustReference: 'camt 7', inTransit: [] };
  const { proof } = await float.proveFloat({ ...asked, trustBalance: trust });
  expect(proof).toMatchObject({ differenceMinor: 0n, trustMinor: trust.amountMinor, version: 1 });
  const parts = { settledMinor: 50n, feeMinor: 2n, correctionMinor: 0n };
  const paid = { clearingDate: '2026-11-16', ...parts, paidMinor: 48n };
  const { statement: after, replay } = await float.recordSettlement(paid);
  expect(replay).toBe(false);
  expect(after?.payableMinor).toBe((statement?.payableMinor ?? 0n) - 50n);
  const { days } = await float.listFloatDays({ pageSize: 0, beforeDate: '' });
  expect(days).toMatchObject([{ statement: { currencyCode: 'HKD' }, proof: undefined }]);

  const bad = await refusalOf(
    float.proveFloat({
      ...{ requestId: '', floatDate: '2026-13-01', trustBalance: hkd(-1n), trustReference: '' },
      inTransit: [{ reason: '', amountMinor: 0n }],
    }),
  );
  expect(bad.fields.map(({ field }) => field)).toEqual([
    ...['request_id', 'float_date', 'trust_balance.amount_minor'],
    ...['in_transit[0].reason', 'in_transit[0].amount_minor'],
  ]);
  for (const caller of ['peak-wallet', 'sakura']) {
    const call = floatAs(caller).getFloatStatement({});
    expect((await refusalOf(call)).reason).toBe('CALLER_NOT_ALLOWED');
  }
  await expectSoundBooks(db);
});
