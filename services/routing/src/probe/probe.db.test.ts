import { ChargeState } from '@causeway/proto/wallet';
import { laneOf, uuidFrom } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { chargeOf, pendingPayment } from '../payments/testing.ts';
import { openWorld } from '../testing/world.fixture.ts';
import { routingChecks } from './checks.ts';
import { listStandings } from './list-standings.ts';

const { db } = await testDatabase(migrations);
const { book } = await openWorld(db);

async function owed(name: string) {
  const paymentId = uuidFrom('probe', name);
  const payment = pendingPayment({ paymentId, lane: laneOf(paymentId) });
  await book.insert(payment);
  return payment;
}

const pending = await owed('pending');
const charged = await owed('charged');
const charge = chargeOf(charged, ChargeState.CAPTURED);
const applied = await book.apply(charged, { kind: 'charged', charge });
if (applied.outcome !== 'done') throw new Error('not captured');
const payeeAmount = { currencyCode: 'JPY', amountMinor: 640n };
const refundId = uuidFrom('refund', 'probe');
const refund = { refundId, refundRequestId: 'probe', payeeAmount, reason: '' };
await book.apply(applied.payment, { kind: 'refund', refund });

async function breaches(): Promise<string[]> {
  const found: string[] = [];
  for (const check of routingChecks(db)) {
    for (let lane = 0; lane < 64; lane += 1) found.push(...(await check.breaches(lane)));
  }
  return found;
}

test('standings tell what payers paid, and whether that may still change', async () => {
  const unknown = uuidFrom('probe', 'nobody');
  const asked = [pending.paymentId, charged.paymentId, unknown];
  const { standings } = await listStandings(db, asked);
  const told = new Map(standings.map((standing) => [standing.paymentId, standing]));
  expect(told.get(pending.paymentId)).toMatchObject({
    atRest: false,
    keptAmount: { amountMinor: 0n },
  });
  const kept = (charged.payerAmount?.amountMinor ?? 0n) / 2n;
  const standing = told.get(charged.paymentId);
  // Its refund is on its way still.
  expect(standing?.atRest).toBe(false);
  expect(Number(standing?.keptAmount?.amountMinor)).toBeCloseTo(Number(kept), -1);
  expect(told.has(unknown)).toBe(false);
  await expect(listStandings(db, ['order-1'])).rejects.toMatchObject({ reason: 'FIELD_INVALID' });
});

test('records that agree are good; a state and a sum that were changed by hand are found', async () => {
  expect(await breaches()).toEqual([]);
  const change = (set: string) =>
    db.query(`UPDATE payments SET ${set} WHERE payment_id = $1`, [charged.paymentId]);
  await change('version = version + 1');
  expect(await breaches()).toEqual([expect.stringContaining('and its facts end at')]);
  await change('version = version - 1, refunded_payer_minor = refunded_payer_minor + 1');
  expect(await breaches()).toEqual([expect.stringContaining('and its refunds')]);
  await change('refunded_payer_minor = refunded_payer_minor - 1');
  expect(await breaches()).toEqual([]);
});
