import { ChargeState } from '@causeway/proto/wallet';
import { laneOf, uuidFrom } from '@causeway/runtime';
import { testDatabase } from '@causeway/testing';
import { expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { Effects } from '../payments/effects.ts';
import type { Input } from '../payments/machine/types.ts';
import type { PaymentRecord, RefundRecord } from '../payments/record.ts';
import { chargeOf, pendingPayment } from '../payments/testing.ts';
import { Worker } from '../payments/worker.ts';
import { openWorld } from '../testing/world.fixture.ts';
import { listRefunds } from './list.ts';
import { RefundWorker } from './worker.ts';

const { db } = await testDatabase(migrations);
const { book, effectsOptions, refunds, runtime, store, workerOptions } = await openWorld(db);

/** Stands in for the issuers: each call is answered by the next of these, in turn. */
class Scripted extends Effects {
  calls = 0;

  constructor(private readonly answers: ((refund: RefundRecord) => Promise<Input | undefined>)[]) {
    super(effectsOptions);
  }

  override async refund(_: PaymentRecord, refund: RefundRecord): Promise<Input | undefined> {
    const answer = this.answers[this.calls];
    this.calls += 1;
    return answer?.(refund);
  }
}

const credited = async (refund: RefundRecord): Promise<Input> => ({ kind: 'refunded', refund });

function workerWith(effects: Effects): RefundWorker {
  const worker = new Worker({ ...workerOptions, effects });
  return new RefundWorker(book, refunds, effects, worker, runtime);
}

async function acceptedRefund(name: string): Promise<RefundRecord> {
  const paymentId = uuidFrom('test', name);
  const payment = pendingPayment({ paymentId, lane: laneOf(paymentId) });
  await book.insert(payment);
  const charge = chargeOf(payment, ChargeState.CAPTURED);
  const captured = await book.apply(payment, { kind: 'charged', charge });
  if (captured.outcome !== 'done') throw new Error('not captured');
  const refundId = uuidFrom('refund', name);
  const payeeAmount = { currencyCode: 'JPY', amountMinor: 280n };
  const wanted = { refundId, refundRequestId: name, payeeAmount, reason: '' };
  const accepted = await book.apply(captured.payment, { kind: 'refund', refund: wanted });
  if (accepted.outcome !== 'done' || !accepted.refund) throw new Error('not accepted');
  return accepted.refund;
}

const factsOf = async (refund: RefundRecord) => (await store.facts(refund)).map(({ kind }) => kind);

const ONCE = ['succeeded', 'refund_accepted', 'refund_succeeded'];

test('a refund that the issuer answers late succeeds, with one fact', async () => {
  const refund = await acceptedRefund('late');
  const done = await workerWith(new Scripted([async () => undefined, credited])).drive(refund);
  expect(done.state).toBe('SUCCEEDED');
  expect(await factsOf(refund)).toEqual(ONCE);
});

test('two workers whose leases overlap record one success', async () => {
  const refund = await acceptedRefund('twice');
  const other = workerWith(new Scripted([credited]));
  const finishElsewhere = () => other.drive(refund);
  // Its first call fails; the other worker ends the refund before it tries again.
  const slow = new Scripted([
    async () => {
      runtime.timers.after(50, () => void finishElsewhere());
      return undefined;
    },
    credited,
  ]);
  const done = await workerWith(slow).drive(refund);
  expect(done.state).toBe('SUCCEEDED');
  expect(await factsOf(refund)).toEqual(ONCE);
});

test('a worker that took up what was finished meanwhile records nothing', async () => {
  const refund = await acceptedRefund('stale');
  await workerWith(new Scripted([credited])).drive(refund);
  const done = await workerWith(new Scripted([credited])).drive(refund);
  expect(done.state).toBe('SUCCEEDED');
  expect(await factsOf(refund)).toEqual(ONCE);
});

test('a page token that was made up is refused before it reaches a query', async () => {
  const refund = await acceptedRefund('page');
  const { refunds: page, nextPageToken } = await listRefunds(refunds, refund, 1, '');
  expect(page).toEqual([refund]);
  expect(nextPageToken).toBe('');
  const token = Buffer.from(`1/${'-'.repeat(36)}`).toString('base64url');
  await expect(listRefunds(refunds, refund, 1, token)).rejects.toMatchObject({
    reason: 'PAGE_TOKEN_INVALID',
  });
});
