import { DeclineReason } from '@causeway/proto/common';
import { hostNowMs } from '@causeway/runtime';
import { armFailpoints, quietRuntime } from '@causeway/runtime/testing';
import { testDatabase } from '@causeway/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrations } from '../../migrations/index.ts';
import { cancelPayment } from '../payments/cancel.ts';
import { confirmPayment } from '../payments/confirm.ts';
import { createPayment } from '../payments/create.ts';
import { createOrder } from '../payments/create-order.ts';
import { quoteRoutes } from '../payments/quote-routes.ts';
import type { PaymentRecord } from '../payments/record.ts';
import { createRefund } from '../refunds/create.ts';
import { RefundWorker } from '../refunds/worker.ts';
import { JPY_1280, openWorld, orderRequest, SHOP, WALLET_ID } from '../testing/world.fixture.ts';
import { Cover } from './cover.ts';
import { FakeSettlement } from './settlement.fixture.ts';
import { freeMinor } from './slice.ts';
import { CoverStore } from './store.ts';

/** What JPY 1,280 costs its payer, in HKD minor units. */
const PAID = 6_421n;
const { db } = await testDatabase(migrations);
const store = new CoverStore(db);
let settlement = new FakeSettlement();
const soon = () => hostNowMs() + 20_000;

beforeEach(async () => {
  await db.query('TRUNCATE cover_slices, payments CASCADE');
  settlement = new FakeSettlement();
});
afterEach(() => armFailpoints(undefined));

/** One replica of routing over the database of all. */
async function openReplica() {
  const runtime = quietRuntime('routing');
  const cover = new Cover({ store, settlement, runtime });
  await cover.sync();
  await cover.sync();
  return { ...(await openWorld(db, { cover, runtime })), cover, logged: runtime.logged };
}
type Replica = Awaited<ReturnType<typeof openReplica>>;

async function limited(payments: bigint) {
  settlement.limit('issuer', 'harbour-wallet', 'HKD', payments * PAID + 100n);
  return openReplica();
}

function codeRequest(paymentRequestId: string) {
  return {
    ...{ partnerId: 'sakura', paymentRequestId, paymentCode: '852101020712345678901234' },
    ...{ payeeAmount: JPY_1280, merchantId: 'shop', storeId: '', terminalId: '' },
    ...{ orderDescription: '', merchant: SHOP, agreement: undefined },
  };
}

const pay = async (replica: Replica, name: string): Promise<PaymentRecord> =>
  (await createPayment(replica, codeRequest(name), soon())).payment;

async function refund(replica: Replica, payment: PaymentRecord, amountMinor: bigint) {
  const { book, refunds, effects, worker: payments, runtime } = replica;
  const worker = new RefundWorker(book, refunds, effects, payments, runtime);
  const { partnerId, paymentId } = payment;
  const payeeAmount = { currencyCode: 'JPY', amountMinor };
  const asked = {
    partnerId,
    paymentId,
    payeeAmount,
    reason: '',
    refundRequestId: `${amountMinor}`,
  };
  return createRefund({ book, refunds, worker, runtime }, asked, soon());
}

async function slice(side: 'issuer' | 'acquirer' = 'issuer') {
  const found = (await store.slices()).find((one) => one.side === side);
  if (!found) throw new Error('no slice');
  return found;
}

/** What payments hold by their own rows, against what the slice says. */
async function heldMinor(): Promise<bigint> {
  const [row] = await db.query<{ held: bigint }>(
    `SELECT coalesce(sum(payer_minor), 0)::bigint - coalesce((
       SELECT sum(r.payer_minor) FROM refunds r JOIN payments USING (lane, payment_id)
       WHERE issuer_covered AND r.state = 'SUCCEEDED'), 0)::bigint AS held
     FROM payments WHERE issuer_covered AND state IN ('PENDING', 'SUCCEEDED')`,
    [],
  );
  const { reservedMinor, givenBackMinor, lostMinor } = await slice();
  expect(reservedMinor - givenBackMinor - lostMinor).toBe(row?.held);
  return row?.held ?? 0n;
}

describe('who is limited', () => {
  test('is reserved for up to the last payment that fits, by two replicas at once', async () => {
    const replicas = [await limited(37n), await openReplica()];
    const ended = await Promise.all(
      Array.from({ length: 100 }, (_, n) => pay(replicas[n % 2] as Replica, `race ${n}`)),
    );
    const paid = ended.filter(({ state }) => state === 'SUCCEEDED');
    const declined = ended.filter(({ state }) => state === 'DECLINED');
    expect(paid).toHaveLength(37);
    expect(new Set(declined.map(({ declineReason }) => declineReason))).toEqual(
      new Set([DeclineReason.COVER_EXHAUSTED]),
    );
    expect(await heldMinor()).toBe(37n * PAID);
    expect(settlement.outstandingMinor()).toBeLessThanOrEqual(37n * PAID + 100n);
  });

  test('waits for one call to settlement, however many wait', async () => {
    const replica = await limited(100n);
    await Promise.all(Array.from({ length: 100 }, (_, n) => pay(replica, `coalesced ${n}`)));
    expect(await heldMinor()).toBe(100n * PAID);
    expect(settlement.needCalls).toBeLessThan(20);
  });

  test('has nobody wait while slices are leased ahead', async () => {
    settlement.aheadMinor = 50n * PAID;
    const replica = await limited(100n);
    await Promise.all(Array.from({ length: 50 }, (_, n) => pay(replica, `ahead ${n}`)));
    expect(settlement.needCalls).toBe(0);
    await replica.cover.sync();
    expect(freeMinor(await slice())).toBe(50n * PAID);
  });

  test('is the one named: another costs no row and no call', async () => {
    settlement.limit('issuer', 'peak-wallet', 'HKD', 0n);
    const replica = await openReplica();
    expect((await pay(replica, 'other')).issuerCovered).toBe(false);
    expect(settlement.needCalls).toBe(0);
    const statements: string[] = [];
    const watched = new Proxy(db, {
      get: (target, name) =>
        name === 'query'
          ? (text: string, ...rest: [unknown[]]) => {
              statements.push(text);
              return target.query(text, ...rest);
            }
          : Reflect.get(target, name),
    });
    const world = await openWorld(watched, { cover: replica.cover, runtime: replica.runtime });
    expect((await createPayment(world, codeRequest('plain'), soon())).payment.state).toBe(
      'SUCCEEDED',
    );
    expect(statements.filter((text) => text.includes('cover_slices'))).toEqual([]);
  });

  test('is limited no more once the cap is lifted, and what is given back is taken', async () => {
    const replica = await limited(1n);
    const first = await pay(replica, 'covered');
    settlement.lift();
    await replica.cover.sync();
    expect((await pay(replica, 'free')).state).toBe('SUCCEEDED');
    await cancelPayment(replica, first, soon());
    expect(await slice()).toMatchObject({ isLimited: false, givenBackMinor: PAID });
  });
});

describe('cover comes back', () => {
  test('when a payment is declined by its wallet operator', async () => {
    const replica = await limited(5n);
    replica.issuer.wallet.balanceMinor = PAID;
    const ended = [await pay(replica, 'first'), await pay(replica, 'short')];
    expect(ended.map(({ state }) => state)).toEqual(['SUCCEEDED', 'DECLINED']);
    expect(await heldMinor()).toBe(PAID);
  });

  test('when it is cancelled after it succeeded, and when it is on its way', async () => {
    const replica = await limited(1n);
    await cancelPayment(replica, await pay(replica, 'cancelled'), soon());
    expect(await heldMinor()).toBe(0n);
    replica.issuer.disturb = (method) => {
      if (method === 'charge') throw new Error('lost');
    };
    const begun = pay(replica, 'on its way');
    await expect.poll(heldMinor).toBe(PAID);
    const named = { partnerId: 'sakura', paymentRequestId: 'on its way' };
    await cancelPayment(replica, named, soon());
    expect((await begun).state).toBe('CANCELLED');
    expect(await heldMinor()).toBe(0n);
  });

  test('when its time is over before it was charged', async () => {
    const replica = await limited(1n);
    replica.issuer.disturb = (method) => {
      if (method === 'charge') throw new Error('lost');
    };
    const short = { ...replica, paymentTtlMs: 300 };
    const { payment } = await createPayment(short, codeRequest('expires'), soon());
    expect(payment).toMatchObject({ state: 'DECLINED', declineReason: DeclineReason.EXPIRED });
    expect(await heldMinor()).toBe(0n);
  });

  test('as far as it is refunded, once each refund has reached its payer', async () => {
    const replica = await limited(1n);
    const payment = await pay(replica, 'refunded');
    await refund(replica, payment, 640n);
    expect(await heldMinor()).toBe(PAID - 3_210n);
    await refund(replica, payment, 639n);
    await refund(replica, payment, 1n);
    expect(await heldMinor()).toBe(0n);
    expect((await pay(replica, 'after a refund')).state).toBe('SUCCEEDED');
  });
});

describe('an order', () => {
  test('is reserved for by its consent; without cover it stays open for another payer', async () => {
    const replica = await limited(0n);
    const order = (await createOrder(replica, orderRequest('open'), soon())).payment;
    const asked = { issuerId: 'harbour-wallet', paymentRequestId: '', targets: [] };
    const { paymentId } = order;
    const [quote] = await quoteRoutes(replica, { ...asked, paymentId, payeeAmount: undefined });
    const consent = {
      ...{ issuerId: 'harbour-wallet', walletId: WALLET_ID, quoteToken: quote?.quoteToken ?? '' },
      subject: { $case: 'paymentId' as const, value: paymentId },
    };
    await expect(confirmPayment(replica, consent, soon())).rejects.toMatchObject({
      reason: 'COVER_EXHAUSTED',
    });
    expect(await replica.book.read(order)).toMatchObject({ step: 'AWAIT_PAYER', version: 1 });
    settlement.limit('issuer', 'harbour-wallet', 'HKD', PAID);
    const { payment } = await confirmPayment(replica, consent, soon());
    expect(payment).toMatchObject({ state: 'SUCCEEDED', issuerCovered: true });
    expect(await heldMinor()).toBe(PAID);
  });
});

describe("an acquirer's cover", () => {
  test('is taken by refunds and by cancels after a capture, and refuses what it lacks', async () => {
    settlement.limit('acquirer', 'sakura', 'JPY', 2_000n);
    const replica = await openReplica();
    const [one, two] = [await pay(replica, 'one'), await pay(replica, 'two')];
    if (!one || !two) throw new Error('no payments');
    expect((await refund(replica, one, 1_000n)).refund).toMatchObject({ acquirerCovered: true });
    await expect(refund(replica, two, 1_001n)).rejects.toMatchObject({ reason: 'COVER_EXHAUSTED' });
    await expect(cancelPayment(replica, two, soon())).rejects.toMatchObject({
      reason: 'COVER_EXHAUSTED',
    });
    settlement.limit('acquirer', 'sakura', 'JPY', 2_280n);
    expect(await cancelPayment(replica, two, soon())).toMatchObject({
      ...{ state: 'CANCELLED', acquirerCovered: true },
    });
    expect(await slice('acquirer')).toMatchObject({ reservedMinor: 2_280n, givenBackMinor: 0n });
  });
});

describe('where something dies', () => {
  test('settlement is down: payments go on while the slice lasts, repeats are answered for ever', async () => {
    settlement.aheadMinor = 2n * PAID;
    const replica = await limited(10n);
    settlement.isDown = true;
    expect((await pay(replica, 'a')).state).toBe('SUCCEEDED');
    expect((await pay(replica, 'b')).state).toBe('SUCCEEDED');
    await expect(pay(replica, 'c')).rejects.toMatchObject({ reason: 'COVER_UNAVAILABLE' });
    const again = await createPayment(replica, codeRequest('a'), soon());
    expect(again).toMatchObject({ replay: true, payment: { state: 'SUCCEEDED' } });
    settlement.isDown = false;
    expect((await pay(replica, 'c')).state).toBe('SUCCEEDED');
    expect(await heldMinor()).toBe(3n * PAID);
  });

  test.each(['routing.cover.leased', 'routing.cover.recorded', 'routing.cover.returned'])(
    '%s: what was leased is neither lost nor leased twice',
    async (name) => {
      settlement.aheadMinor = 4n * PAID;
      const replica = await limited(4n);
      armFailpoints(`${name}=error@1`);
      if (name === 'routing.cover.returned') {
        settlement.aheadMinor = PAID;
        for (let n = 0; n < 3; n += 1) await replica.cover.sync();
        expect(freeMinor(await slice())).toBe(PAID);
      } else {
        await pay(replica, 'fills');
        settlement.limit('issuer', 'harbour-wallet', 'HKD', 5n * PAID);
        await replica.cover.sync();
      }
      armFailpoints(undefined);
      await replica.cover.sync();
      const { leasedMinor, returnedMinor } = await slice();
      expect(leasedMinor - returnedMinor).toBe(settlement.outstandingMinor());
      await heldMinor();
    },
  );

  test('a commit that fails takes nothing', async () => {
    settlement.aheadMinor = 3n * PAID;
    const replica = await limited(4n);
    await pay(replica, 'goes well');
    const before = await slice();
    const row = await replica.book.read(await pay(replica, 'goes well too'));
    if (!row) throw new Error('no payment');
    const paymentId = replica.runtime.random.uuid();
    const broken = { ...row, paymentId, version: 0 };
    const move = { side: 'issuer', id: 'harbour-wallet', currencyCode: 'HKD', minor: 50n } as const;
    await expect(
      replica.store.insert([{ payment: broken, fact: undefined, move }]),
    ).rejects.toThrow('violates check constraint');
    expect((await slice()).reservedMinor).toBe(before.reservedMinor + PAID);
    await heldMinor();
  });

  test('the database is restored: what the slice holds is written off, and leased anew', async () => {
    settlement.aheadMinor = 3n * PAID;
    const replica = await limited(8n);
    await pay(replica, 'kept');
    await replica.cover.sync();
    const backup = await slice();
    await pay(replica, 'forgotten');
    await replica.cover.sync();
    await db.query("DELETE FROM payments WHERE payment_request_id = 'forgotten'");
    await db.query(
      'UPDATE cover_slices SET reserved_minor = $1, leased_minor = $2, given_back_minor = $3',
      [backup.reservedMinor, backup.leasedMinor, backup.givenBackMinor],
    );
    const restored = await openReplica();
    const after = await slice();
    expect(after.lostMinor).toBeGreaterThanOrEqual(PAID);
    const told = restored.logged.filter(({ message }) => message.includes('written off'));
    expect(told).toHaveLength(1);
    // Two payments were made and three more fitted the slice that was written off.
    expect((await pay(restored, 'after the restore')).state).toBe('SUCCEEDED');
    const rest = await Promise.all(Array.from({ length: 8 }, (_, n) => pay(restored, `rest ${n}`)));
    const succeeded = rest.filter(({ state }) => state === 'SUCCEEDED');
    expect(succeeded.length + 3).toBeLessThanOrEqual(8);
    await heldMinor();
  });
});

test('a batch takes from a slice once, the smaller amounts first', async () => {
  const replica = await limited(0n);
  settlement.limit('issuer', 'harbour-wallet', 'HKD', 1_000n);
  settlement.aheadMinor = 1_000n;
  await replica.cover.sync();
  const template = await replica.book.read(
    (await createOrder(replica, orderRequest('template'), soon())).payment,
  );
  if (!template) throw new Error('no payment');
  const items = [700n, 400n, 300n, 200n, 50n].map((minor) => {
    const paymentId = replica.runtime.random.uuid();
    const move = { side: 'issuer', id: 'harbour-wallet', currencyCode: 'HKD', minor } as const;
    return { payment: { ...template, paymentId }, fact: undefined, move };
  });
  const uncovered = 'uncovered' as const;
  expect(await replica.store.insert(items)).toEqual([uncovered, true, true, true, true]);
  expect((await slice()).reservedMinor).toBe(950n);
  expect(await replica.store.insert(items)).toEqual([
    uncovered,
    uncovered,
    uncovered,
    uncovered,
    false,
  ]);
  expect((await slice()).reservedMinor).toBe(950n);
});
