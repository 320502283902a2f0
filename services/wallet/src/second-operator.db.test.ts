import { ChargeState } from '@causeway/proto/wallet';
import { uuidFrom } from '@causeway/runtime';
import { expect, test } from 'vitest';
import {
  hkd,
  type RunningOperator,
  refusalOf,
  runtime,
  testWorld,
} from './testing/service.fixture.ts';
import { termsMessage } from './testing/terms.fixture.ts';
import { expectSoundBooks } from './testing/world.fixture.ts';

const world = await testWorld();
const harbour = await world.operator('harbour-wallet', '852101');
const peak = await world.operator('peak-wallet', '852202');

async function openedBy(operator: RunningOperator, issuerId: string) {
  const backEnd = operator.walletsAs(issuerId);
  const opening = { requestId: 'one name', displayName: 'Lok', tier: 'advanced' };
  const walletId = (await backEnd.openWallet(opening)).wallet?.walletId ?? '';
  await backEnd.topUp({ walletId, requestId: 'first', amount: hkd(50_000n) });
  const { token } = await backEnd.createAccessToken({ walletId });
  const { paymentCode } = await operator
    .appWith(token)
    .createPaymentCode({ walletId, ttlSeconds: 0 });
  return { walletId, token, paymentCode };
}

test('two operators of one program share no wallet, code, token or book', async () => {
  const [ours, theirs] = [
    await openedBy(harbour, 'harbour-wallet'),
    await openedBy(peak, 'peak-wallet'),
  ];
  expect(theirs.walletId).not.toBe(ours.walletId);
  expect([ours.paymentCode.slice(0, 6), theirs.paymentCode.slice(0, 6)]).toEqual([
    ...['852101', '852202'],
  ]);
  const foreign = harbour.appWith(theirs.token).getWallet({ walletId: theirs.walletId });
  expect((await refusalOf(foreign)).reason).toBe('CALLER_UNKNOWN');
  const backEnd = peak.walletsAs('harbour-wallet').getWallet({ walletId: theirs.walletId });
  expect((await refusalOf(backEnd)).reason).toBe('CALLER_NOT_ALLOWED');

  const payment = (paymentCode: string) => ({
    paymentId: uuidFrom('payment', 'one payment'),
    payer: { reference: { $case: 'paymentCode' as const, value: paymentCode } },
    payerAmount: hkd(1_000n),
    terms: termsMessage({ payee: hkd(1_000n) }),
    expireTime: new Date(runtime.clock.nowMs() + 10_000),
  });
  // Each knows only its own codes, and one's payments are nothing to the other.
  const astray = await peak.issuerAs('routing').charge(payment(ours.paymentCode));
  expect(astray.charge).toMatchObject({ state: ChargeState.DECLINED, walletId: '' });
  const charged = await harbour.issuerAs('routing').charge(payment(ours.paymentCode));
  expect(charged.charge).toMatchObject({ state: ChargeState.CAPTURED, walletId: ours.walletId });
  const left = await peak.walletsAs('peak-wallet').getWallet({ walletId: theirs.walletId });
  expect(left.wallet).toMatchObject({ issuerId: 'peak-wallet', availableBalance: hkd(50_000n) });
  await expectSoundBooks(harbour.db);
  await expectSoundBooks(peak.db);
});
