import { ParticipantKind } from '@causeway/proto/common';
import { PaymentFact } from '@causeway/proto/routing';
import { ChargeState } from '@causeway/proto/wallet';
import { laneOf, uuidFrom } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { describe, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { stampsOf } from '../clearing/stamps.ts';
import { ClearingStore } from '../clearing/store.ts';
import { factsNamed } from '../history/published.ts';
import { RefundStore } from '../refunds/store.ts';
import { factOf } from './facts.ts';
import { next } from './machine/next.ts';
import type { Input } from './machine/types.ts';
import type { PaymentRecord } from './record.ts';
import { type Change, PaymentStore } from './store.ts';
import { chargeOf, moment, pendingPayment, UNPUBLISHED } from './testing.ts';

const { db } = await testDatabase(migrations);
const store = new PaymentStore(db, UNPUBLISHED);
await new ClearingStore(db).add([
  { kind: ParticipantKind.ACQUIRER, id: 'sakura' },
  { kind: ParticipantKind.ISSUER, id: 'harbour-wallet' },
]);

function fresh(name: string, changes: Partial<PaymentRecord> = {}): PaymentRecord {
  const paymentId = uuidFrom('test', name);
  return pendingPayment({ paymentId, lane: laneOf(paymentId), ...changes });
}

function changeBy(payment: PaymentRecord, input: Input): Change {
  const decision = next(payment, input, moment());
  if (decision.outcome !== 'changed') throw new Error(`not changed but ${decision.outcome}`);
  const { payment: changed, refund } = decision;
  const fact = factOf(decision.fact, changed, decision.wasCaptured, refund);
  const stamps = stampsOf(decision.fact, changed, decision.wasCaptured, refund);
  return { payment: changed, fact, refund, stamps };
}

const capture = (payment: PaymentRecord) =>
  changeBy(payment, { kind: 'charged', charge: chargeOf(payment, ChargeState.CAPTURED) });

async function succeeded(name: string): Promise<PaymentRecord> {
  const payment = fresh(name);
  await store.insert([{ payment, fact: undefined }]);
  const change = capture(payment);
  expect(await store.commit([change])).toEqual(['done']);
  return change.payment;
}

describe('payments in Postgres', () => {
  test('come back as they were written', async () => {
    const payment = fresh('round trip', { orderDescription: 'two {"onigiri"}, \\ NULL' });
    expect(await store.insert([{ payment, fact: undefined }])).toEqual([true]);
    expect(await store.read([payment])).toEqual([payment]);
  });

  test('an id that is taken changes nothing, whatever else is in the batch', async () => {
    const first = fresh('taken');
    await store.insert([{ payment: first, fact: undefined }]);
    const again = { ...first, orderDescription: 'another' };
    const other = fresh('not taken');
    const answers = await store.insert([
      { payment: again, fact: undefined },
      { payment: other, fact: undefined },
    ]);
    expect(answers).toEqual([false, true]);
    expect(await store.read([first, other])).toEqual([first, other]);
  });

  test('of two decisions on one version the first is kept, with its fact alone', async () => {
    const payment = fresh('race');
    await store.insert([{ payment, fact: undefined }]);
    const captured = capture(payment);
    const cancelling = changeBy(payment, { kind: 'cancel' });
    expect(await store.commit([captured])).toEqual(['done']);
    expect(await store.commit([cancelling])).toEqual(['lost']);
    expect(await store.read([payment])).toEqual([captured.payment]);
    const facts = await store.facts(payment);
    expect(facts.map((fact) => fact.kind)).toEqual(['succeeded']);
  });

  test('a fact is in the history, says what the row says, and is queued by its key', async () => {
    const payment = await succeeded('fact');
    const key = { lane: payment.lane, aboutId: payment.paymentId, version: payment.version };
    const [published, ...others] = await factsNamed(db, [key, { ...key, version: 1 }]);
    expect(others).toEqual([]);
    expect(published?.subject).toBe('causeway.routing.payment.succeeded.v1');
    const fact = PaymentFact.decode(published?.payload ?? Buffer.alloc(0));
    expect(fact.payment?.payerAmount).toEqual(payment.payerAmount);
    expect(fact.payment?.payerReference).not.toMatch(/^\d{24}$/);
    const rows = await db.query(
      'SELECT lanes, about_ids, versions FROM event_queue WHERE $1 = ANY (about_ids)',
      [payment.paymentId],
    );
    expect(rows).toEqual([
      { lanes: [key.lane], about_ids: [key.aboutId], versions: [key.version] },
    ]);
  });

  test('what is handed over is what was committed, under the place that was written', async () => {
    const handed: { batchId: string; factIds: string[] }[] = [];
    const watched = new PaymentStore(db, {
      ...UNPUBLISHED,
      publish: ({ batchId }, facts) =>
        void handed.push({ batchId, factIds: facts.map(({ factId }) => factId) }),
    });
    const [won, lost] = [fresh('handed over'), fresh('lost')];
    await store.insert([won, lost].map((payment) => ({ payment, fact: undefined })));
    await store.commit([changeBy(lost, { kind: 'cancel' })]);
    const changes = [capture(won), capture(lost)];
    expect(await watched.commit(changes)).toEqual(['done', 'lost']);
    const [{ batchId, factIds } = { batchId: '', factIds: [] }] = handed;
    expect(factIds).toEqual([changes[0]?.fact?.factId]);
    const rows = await db.query('SELECT about_ids FROM event_queue WHERE batch_id = $1', [batchId]);
    expect(rows).toEqual([{ about_ids: [won.paymentId] }]);
  });

  test('history cannot be edited', async () => {
    await succeeded('history');
    await expect(db.query('DELETE FROM payment_facts', [])).rejects.toThrow('append-only');
    await expect(db.query("UPDATE payment_facts SET kind = 'x'", [])).rejects.toThrow(
      'append-only',
    );
  });

  test('refunds are written with their payment and never pass what was captured', async () => {
    const payment = await succeeded('refunds');
    const refunds = new RefundStore(db);
    const wanted = (refundId: string, amountMinor: bigint): Input => ({
      kind: 'refund',
      refund: {
        refundId,
        refundRequestId: refundId,
        payeeAmount: { currencyCode: 'JPY', amountMinor },
        reason: '',
      },
    });
    const one = changeBy(payment, wanted(uuidFrom('test', 'r1'), 700n));
    const two = changeBy(payment, wanted(uuidFrom('test', 'r2'), 700n));
    expect(await store.commit([one])).toEqual(['done']);
    expect(await store.commit([two])).toEqual(['lost']);
    expect(await refunds.list(payment, undefined, 10)).toEqual([one.refund]);
    const beyond = { ...one.payment, version: one.payment.version + 1, refundedPayeeMinor: 1281n };
    await expect(
      store.commit([{ payment: beyond, fact: undefined, refund: undefined, stamps: [] }]),
    ).rejects.toThrow('violates check constraint');
  });

  test('a due payment is leased to one worker', async () => {
    const dueAt = new Date('2020-01-01T00:00:00Z');
    const payment = fresh('due', { dueAt });
    await store.insert([{ payment, fact: undefined }]);
    const now = new Date('2020-01-01T00:00:01Z');
    const leaseUntil = new Date('2020-01-01T00:00:11Z');
    const claims = await Promise.all([
      store.claimDue(now, leaseUntil, 10),
      store.claimDue(now, leaseUntil, 10),
    ]);
    expect(claims.flat().map((p) => p.paymentId)).toEqual([payment.paymentId]);
    expect(claims.flat()[0]?.dueAt).toEqual(leaseUntil);
  });
});
