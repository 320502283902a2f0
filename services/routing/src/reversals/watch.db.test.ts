import { ConfirmationState } from '@causeway/proto/connector';
import { laneOf, uuidFrom } from '@causeway/runtime';
import { manualRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { reportConfirmation } from '../payments/report-confirmation.ts';
import { confirmedPayment } from '../payments/testing.ts';
import { FakePartner, type Verdict } from '../testing/partner.fixture.ts';
import { openWorld, routeTo, WALLET_ID } from '../testing/world.fixture.ts';
import { lookAfter } from './watch.ts';

const { db } = await testDatabase(migrations);

/** A payment that was declined after its partner had answered the reversal. */
const reversed = (name: string) => ended(name, { state: ConfirmationState.PENDING });

/** A payment that came to what its partner answered. */
async function ended(name: string, verdict: Verdict) {
  const partner = new FakePartner();
  partner.verdict = verdict;
  const runtime = manualRuntime();
  const routes = [routeTo('sakura-jp', { connectorAddress: 'sakura:1' })];
  const clientAt = () => partner.client;
  const world = await openWorld(db, { routes, runtime, clientAt, doubtMs: 0, inquiryMs: 1 });
  const paymentId = uuidFrom('test', name);
  const payment = confirmedPayment(routes, runtime.clock.now(), WALLET_ID, {
    ...{ paymentId, lane: laneOf(paymentId) },
  });
  const inserted = world.book.insert(payment);
  await hurry(runtime, inserted);
  const driven = world.worker.drive(payment);
  await hurry(runtime, driven);
  const isPaid = verdict.state === ConfirmationState.CONFIRMED;
  expect((await driven).state).toBe(isPaid ? 'SUCCEEDED' : 'DECLINED');
  const chargeLate = () =>
    partner.confirmations.set(paymentId, {
      ...{ paymentId, partnerReference: 'late', refusalCode: '' },
      state: ConfirmationState.CONFIRMED,
    });
  const stateOf = async () => {
    const [row] = await db.query<{ state: string; due_at: Date | null }>(
      'SELECT state, due_at FROM reversals WHERE payment_id = $1',
      [paymentId],
    );
    return row?.state;
  };
  return { world, runtime, partner, payment, chargeLate, stateOf };
}

/** Lets time creep until a promise has settled, since the database takes real time. */
async function hurry(
  runtime: ReturnType<typeof manualRuntime>,
  promise: Promise<unknown>,
): Promise<void> {
  let isSettled = false;
  const settled = () => {
    isSettled = true;
  };
  promise.then(settled, settled);
  while (!isSettled) await runtime.advance(1);
  await promise;
}

test('a partner that keeps to its reversal is left alone after a while', async () => {
  const { world, runtime, partner, stateOf } = await reversed('quiet');
  for (let look = 0; look < 4; look += 1) {
    await runtime.advance(600_000);
    await hurry(runtime, lookAfter(world));
  }
  expect(await stateOf()).toBe('QUIET');
  expect(partner.givenBack.size).toBe(0);
});

test('a partner that charges after its reversal gives it back, once: an incident', async () => {
  const { world, runtime, partner, payment, chargeLate, stateOf } = await reversed('late');
  chargeLate();
  await runtime.advance(10_000);
  await hurry(runtime, lookAfter(world));
  await hurry(runtime, lookAfter(world));
  expect(partner.givenBack).toEqual(new Set([payment.paymentId]));
  expect(partner.calls.filter((call) => call === 'refund')).toHaveLength(1);
  expect(await stateOf()).toBe('GIVEN_BACK');
  const kinds = runtime.logged.flatMap(({ level, fields }) =>
    level === 'error' ? fields.kind : [],
  );
  expect(kinds).toEqual(['late_success_refunded']);
});

test('one that cannot give it back yet is told until it has, and told of once', async () => {
  const { world, runtime, partner, chargeLate, stateOf } = await reversed('owed');
  chargeLate();
  partner.disturb = (method) => {
    if (method === 'refund') throw new Error('not now');
  };
  for (let look = 0; look < 3; look += 1) {
    await runtime.advance(30_000);
    await hurry(runtime, lookAfter(world));
  }
  expect(await stateOf()).toBe('OWED_BACK');
  partner.disturb = () => {};
  await runtime.advance(30_000);
  await hurry(runtime, lookAfter(world));
  expect(await stateOf()).toBe('GIVEN_BACK');
  const kinds = runtime.logged.flatMap(({ level, fields }) =>
    level === 'error' ? fields.kind : [],
  );
  expect(kinds).toEqual(['late_success_unresolved', 'late_success_refunded']);
});

test('a report has even a quiet reversal looked at again, and only its own partner may', async () => {
  const { world, runtime, partner, payment, chargeLate, stateOf } = await reversed('reported');
  await db.query("UPDATE reversals SET state = 'QUIET', due_at = NULL WHERE payment_id = $1", [
    payment.paymentId,
  ]);
  chargeLate();
  const stranger = reportConfirmation(world, 'siam', payment.paymentId);
  await expect(hurry(runtime, stranger)).rejects.toMatchObject({
    reason: 'PAYMENT_UNKNOWN',
  });
  await hurry(runtime, reportConfirmation(world, 'sakura', payment.paymentId));
  await hurry(runtime, lookAfter(world));
  expect(await stateOf()).toBe('GIVEN_BACK');
  expect(partner.hasCharged(payment.paymentId)).toBe(false);
});

test('a partner that had refused and reports that it has charged gives it back', async () => {
  const refusal = { state: ConfirmationState.REFUSED, refusalCode: 'NO' };
  const { world, runtime, partner, payment, chargeLate, stateOf } = await ended('broken', refusal);
  expect(await stateOf()).toBeUndefined();
  chargeLate();
  await hurry(runtime, reportConfirmation(world, 'sakura', payment.paymentId));
  await hurry(runtime, lookAfter(world));
  expect(await stateOf()).toBe('GIVEN_BACK');
  expect(partner.hasCharged(payment.paymentId)).toBe(false);
});

test('a report of the partner that was paid has nothing given back', async () => {
  const confirmed = { state: ConfirmationState.CONFIRMED };
  const { world, runtime, partner, payment, stateOf } = await ended('paid', confirmed);
  await hurry(runtime, reportConfirmation(world, 'sakura', payment.paymentId));
  await hurry(runtime, lookAfter(world));
  expect(await stateOf()).toBeUndefined();
  expect(partner.hasCharged(payment.paymentId)).toBe(true);
});
