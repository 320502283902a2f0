import { RefundState } from '@causeway/proto/common';
import { ChargeState } from '@causeway/proto/wallet';
import { hostNowMs, laneOf, uuidFrom } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { expect, test, vi } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { Attempts } from '../attempts/attempts.ts';
import { AttemptStore } from '../attempts/store.ts';
import { pendingPayment } from '../payments/testing.ts';
import { RefundWorker } from '../refunds/worker.ts';
import { openWorld } from '../testing/world.fixture.ts';
import { drivePayment } from './drive.ts';
import { paymentStory } from './story.ts';

const { db } = await testDatabase(migrations);
const attempts = new AttemptStore(db);
const noted: Parameters<Attempts['failed']>[] = [];
const world = await openWorld(db, { attempts: { failed: (...failure) => noted.push(failure) } });
const { book, store: payments, refunds, worker, effects, runtime, reversals, issuers } = world;
const noting = new Attempts(attempts, runtime);
const refundWorker = new RefundWorker(book, refunds, effects, worker, runtime);
const deps = {
  ...{ book, payments, refunds, worker, refundWorker, runtime, reversals, issuers, attempts },
  noting: {
    flush: async () => {
      for (const failure of noted.splice(0)) noting.failed(...failure);
      await noting.flush();
    },
  },
};
const soon = (ms: number) => hostNowMs() + ms;

/** A payment whose charge is owed, and is not due for ten minutes. */
async function owedCharge(name: string) {
  const paymentId = uuidFrom('operators', name);
  const payment = pendingPayment({
    ...{ paymentId, lane: laneOf(paymentId) },
    dueAt: new Date(soon(600_000)),
    expiresAt: new Date(soon(600_000)),
  });
  await book.insert(payment);
  return payment;
}

test('a payment is driven when an operator asks, whenever it is due, and tells why it still waits', async () => {
  const { paymentId } = await owedCharge('drive');
  const { charge } = world.issuer.client;
  Object.assign(world.issuer.client, {
    charge: () => Promise.reject(new Error('no route to host')),
  });
  const waiting = { step: 'CHARGE', failure: 'no route to host' };
  const before = await vi.waitFor(
    async () => {
      const driven = await drivePayment(deps, paymentId, 'ops', soon(400));
      expect(driven.owed).toMatchObject([waiting]);
      return driven;
    },
    { timeout: 20_000 },
  );
  expect(before.owed[0]?.failedAttempts).toBeGreaterThan(0);

  Object.assign(world.issuer.client, { charge });
  expect(await paymentStory(deps, paymentId)).toMatchObject({
    ...{ step: 'CHARGE', facts: [], unpublishedCount: 0, issuerRecord: { state: 'UNSEEN' } },
    owed: [{ failure: 'no route to host' }],
  });
  const after = await drivePayment(deps, paymentId, 'ops', soon(25_000));
  expect(after).toMatchObject({ payment: { payerAmount: { amountMinor: 6_421n } }, owed: [] });
  expect(await paymentStory(deps, paymentId)).toMatchObject({
    ...{ step: 'DONE', owed: [], facts: [{ kind: 'payment.succeeded' }], unpublishedCount: 1 },
    issuerRecord: { state: 'CAPTURED', failure: '' },
  });
  await worker.drain();
});

test('a refund that is owed is driven with its payment', async () => {
  const paid = await owedCharge('refund');
  const driven = await drivePayment(deps, paid.paymentId, 'ops', soon(25_000));
  expect(driven.owed).toEqual([]);
  const charged = await book.read(paid);
  if (!charged) throw new Error('the payment is gone');
  const payeeAmount = { currencyCode: 'JPY', amountMinor: 280n };
  const refundId = uuidFrom('refund', 'driven');
  const refund = { refundId, refundRequestId: 'driven', payeeAmount, reason: '' };
  await book.apply(charged, { kind: 'refund', refund });
  expect((await paymentStory(deps, paid.paymentId)).owed).toMatchObject([
    { step: 'REFUND', refundId },
  ]);
  expect((await drivePayment(deps, paid.paymentId, 'ops', soon(25_000))).owed).toEqual([]);
  expect(await paymentStory(deps, paid.paymentId)).toMatchObject({
    refunds: [{ refundId, state: RefundState.SUCCEEDED }],
  });
});

test('what nobody knows of has no story', async () => {
  const unknown = { reason: 'PAYMENT_UNKNOWN' };
  await expect(paymentStory(deps, 'order-1')).rejects.toMatchObject(unknown);
  await expect(drivePayment(deps, uuidFrom('none'), 'ops', soon(100))).rejects.toMatchObject(
    unknown,
  );
  expect(world.issuer.charges.size).toBe(2);
  for (const charge of world.issuer.charges.values()) {
    expect(charge.state).toBe(ChargeState.CAPTURED);
  }
});
