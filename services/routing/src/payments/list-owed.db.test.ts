import { ChargeState } from '@causeway/proto/wallet';
import { hostNowMs, laneOf, uuidFrom } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { Attempts } from '../attempts/attempts.ts';
import { AttemptStore } from '../attempts/store.ts';
import { openWorld, orderRequest, routeTo, WALLET_ID } from '../testing/world.fixture.ts';
import { createOrder } from './create-order.ts';
import { listOwed } from './list-owed.ts';
import type { PaymentRecord } from './record.ts';
import { chargeOf, confirmedPayment, pendingPayment } from './testing.ts';

const { db } = await testDatabase(migrations);
const world = await openWorld(db);
const { book, store, refunds } = world;
const attempts = new AttemptStore(db);
const deps = { payments: store, refunds, attempts };

test('what is owed is told by whom and since when, the longest first; a waiting order owes nothing', async () => {
  await createOrder(world, orderRequest('waits'), hostNowMs() + 10_000);
  const named = (name: string) => {
    const paymentId = uuidFrom('owed', name);
    return { paymentId, lane: laneOf(paymentId) };
  };
  const old = new Date(hostNowMs() - 60_000);
  const charged = pendingPayment({ ...named('charge'), createdAt: old, updatedAt: old });
  const routes = [routeTo('sakura-jp', { connectorAddress: 'sakura:1' })];
  const doubtful = {
    ...confirmedPayment(routes, new Date(hostNowMs() - 30_000), WALLET_ID, named('doubt')),
    step: 'INQUIRE' as const,
  };
  const paid = pendingPayment(named('refund'));
  for (const payment of [charged, doubtful, paid]) await book.insert(payment);
  const charge = chargeOf(paid, ChargeState.CAPTURED);
  const captured = await book.apply(paid, { kind: 'charged', charge });
  if (captured.outcome !== 'done') throw new Error('not captured');
  const refundId = uuidFrom('refund', 'owed');
  const payeeAmount = { currencyCode: 'JPY', amountMinor: 280n };
  const refund = { refundId, refundRequestId: 'owed', payeeAmount, reason: '' };
  await book.apply(captured.payment, { kind: 'refund', refund });

  const { owed } = await listOwed(deps, 0);
  expect(owed.map(({ payment, step, waitsFor }) => [payment?.paymentId, step, waitsFor])).toEqual([
    [charged.paymentId, 'CHARGE', `issuer ${charged.issuerId}`],
    [doubtful.paymentId, 'INQUIRE', `partner ${doubtful.partnerId}`],
    [paid.paymentId, 'REFUND', `issuer ${paid.issuerId}`],
  ]);
  expect(owed[0]?.sinceTime).toEqual(old);
  expect(owed[2]?.refundId).toBe(refundId);
  expect((await listOwed(deps, 1)).owed).toEqual(owed.slice(0, 1));
  await failuresAreTold(charged, captured.payment, refundId);
});

/** Attempts at what is owed now count, with why the latest failed; those at earlier steps do not. */
async function failuresAreTold(charged: PaymentRecord, paid: PaymentRecord, refundId: string) {
  const noting = new Attempts(attempts, world.runtime);
  noting.failed(charged, new Error('no route to host'));
  noting.failed(paid, 'it answered nothing', refundId);
  noting.failed({ ...charged, paymentId: paid.paymentId, lane: paid.lane }, 'of a step before');
  await noting.flush();
  noting.failed(charged, new Error('deadline exceeded'));
  await noting.flush();
  const { owed } = await listOwed(deps, 0);
  const told = owed.map(({ step, failedAttempts, failure }) => [step, failedAttempts, failure]);
  expect(told).toEqual([
    ['CHARGE', 2, 'deadline exceeded'],
    ['INQUIRE', 0, ''],
    ['REFUND', 1, 'it answered nothing'],
  ]);
}
