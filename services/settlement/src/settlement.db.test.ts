import { connectNats, enqueue, eventQueueSql, startPublisher } from '@causeway/events';
import { RECONCILED, reconcile } from '@causeway/ledger/testing';
import type { PaymentFact } from '@causeway/proto/routing';
import { ParticipantKind } from '@causeway/proto/settlement';
import { laneOf, uuidFrom } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testDatabase, testNats } from '@causeway/testing';
import { afterAll, expect, test, vi } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { listAccounts } from './accounts/list-accounts.ts';
import { encoded, factsOf, type Story, TOKYO } from './booking/facts.fixture.ts';
import { followFacts } from './events.ts';
import { listPositions } from './positions/list-positions.ts';
import { listPaymentTransfers } from './transfers/list-payment-transfers.ts';

const server = await testNats();
const { db } = await testDatabase(migrations);
const { db: routing } = await testDatabase([{ name: '0001_queue', sql: eventQueueSql }]);
const runtime = quietRuntime('settlement-test');
const nats = connectNats({ url: server.url, runtime });
const publisher = startPublisher({
  ...{ db: routing, nats, runtime },
  stream: { name: 'CAUSEWAY_ROUTING', subjects: ['causeway.routing.>'] },
});
const consumer = followFacts({ db, nats, runtime });
afterAll(async () => {
  await publisher.stop();
  await consumer.stop();
  await nats.close();
});

async function publish(facts: readonly PaymentFact[]): Promise<void> {
  const rows = facts.map((fact) => ({
    lane: laneOf(fact.payment?.paymentId ?? ''),
    factId: fact.factId,
    subject: `causeway.routing.payment.${fact.kind?.$case ?? 'none'}.v1`,
    ...encoded(fact),
  }));
  await routing.transaction((tx) => enqueue(tx, rows));
  publisher.notify();
}

const REFUNDED: Story = {
  ...TOKYO,
  refunds: [
    { payeeMinor: 280n, parts: [1_401n, 21n, 0n] },
    { payeeMinor: 1_000n, parts: [5_005n, 75n, 1n] },
  ],
};
const LOCAL: Story = {
  ...TOKYO,
  ...{ name: 'local', partnerId: 'harbour', payeeCurrency: 'HKD', payeeMinor: 500n },
  parts: [500n, 0n, 0n],
};

const hkd = (amountMinor: bigint) => ({ currencyCode: 'HKD', amountMinor });

test('facts become positions that each participant sees for itself', async () => {
  await publish([...factsOf(REFUNDED), ...factsOf(LOCAL)]);
  await vi.waitFor(
    async () => {
      const [position] = await listPositions(db, { kind: 'issuer', id: 'harbour-wallet' }, '');
      expect(position).toMatchObject({
        participantId: 'harbour-wallet',
        participantKind: ParticipantKind.ISSUER,
        captured: hkd(7_003n),
        refunded: hkd(6_503n),
        net: hkd(500n),
      });
    },
    { timeout: 15_000, interval: 50 },
  );
  const own = await listPositions(db, { kind: 'partner', id: 'sakura' }, '');
  expect(own).toMatchObject([
    { participantId: 'sakura', net: { currencyCode: 'JPY', amountMinor: 0n } },
  ]);
  expect(own[0]?.updateTime).toBeInstanceOf(Date);
  expect(await listPositions(db, { kind: 'partner', id: 'sakura' }, 'harbour')).toEqual([]);
  expect(await listPositions(db, { kind: 'partner', id: 'harbour-wallet' }, '')).toEqual([]);
  const all = await listPositions(db, { kind: 'operator', id: 'ops' }, '');
  expect(all.map((one) => one.participantId)).toEqual(['harbour', 'harbour-wallet', 'sakura']);
  const accounts = await listAccounts(db);
  const clearing = accounts.filter(({ code }) => code === 'fx_clearing');
  expect(clearing.map(({ owner, balance }) => [owner, balance])).toEqual([
    ['', hkd(0n)],
    ['', { currencyCode: 'JPY', amountMinor: 0n }],
  ]);
  expect(await reconcile(db)).toEqual(RECONCILED);
});

test('the transfers of a payment are listed in their order, refunds included', async () => {
  const paymentId = uuidFrom('payment', 'sakura', 'tokyo');
  const transfers = await listPaymentTransfers(db, paymentId);
  expect(transfers.slice(0, 4).map(({ step }) => step)).toEqual([
    'capture.mid',
    'capture.markup',
    'capture.residual',
    'capture.payee',
  ]);
  expect(transfers).toHaveLength(11);
  expect(transfers[0]).toMatchObject({
    debitAccount: 'issuer_receivable harbour-wallet',
    creditAccount: 'fx_clearing',
    amount: hkd(6_406n),
  });
  const unknown = listPaymentTransfers(db, uuidFrom('payment', 'sakura', 'never'));
  await expect(unknown).rejects.toMatchObject({ reason: 'PAYMENT_NOT_BOOKED' });
});

test('a fact that cannot be booked is parked and the others flow', async () => {
  const [good] = factsOf({ ...TOKYO, name: 'good' });
  const [bad] = factsOf({ ...TOKYO, name: 'bad' });
  if (good === undefined || bad?.payment === undefined) throw new Error('no facts');
  const broken = { ...bad, payment: { ...bad.payment, payerAmount: hkd(1n) } };
  await publish([broken, good]);
  const paymentId = good.payment?.paymentId ?? '';
  await vi.waitFor(
    async () => {
      expect(await listPaymentTransfers(db, paymentId)).toHaveLength(4);
      const parked = await db.query('SELECT fact_id FROM parked_events');
      expect(parked).toEqual([{ fact_id: bad.factId }]);
    },
    { timeout: 25_000, interval: 100 },
  );
  expect(runtime.logged.some(({ level }) => level === 'error')).toBe(true);
  expect(await reconcile(db)).toEqual(RECONCILED);
});
