import { connectNats, enqueue, eventQueueSql, type Fact, startPublisher } from '@causeway/events';
import { ParticipantKind } from '@causeway/proto/common';
import type { PaymentFact } from '@causeway/proto/routing';
import {
  SettlementAgreementServiceService,
  SettlementServiceService,
} from '@causeway/proto/settlement';
import { type Client, connect, readTls } from '@causeway/rpc';
import { laneOf, uuidFrom } from '@causeway/runtime';
import { quietRuntime } from '@causeway/runtime/testing';
import { testCertificates, testDatabase, testNats } from '@causeway/testing';
import { afterAll, expect, test, vi } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { agreementWith } from './agreements/agreement.fixture.ts';
import { problemsOf } from './booking/audit.fixture.ts';
import { encoded, factsOf, type Story, TOKYO } from './booking/facts.fixture.ts';
import { settlementConfig } from './config.ts';
import { start } from './main.ts';

const [server, { db, url }, { db: routing }, tlsOf] = await Promise.all([
  testNats(),
  testDatabase(migrations),
  testDatabase([{ name: '0001_queue', sql: eventQueueSql }]),
  testCertificates([
    { kind: 'service', id: 'settlement' },
    { kind: 'operator', id: 'ops' },
    { kind: 'issuer', id: 'harbour-wallet' },
    { kind: 'partner', id: 'sakura' },
    { kind: 'partner', id: 'siam' },
  ]),
]);
const runtime = quietRuntime('settlement');
const nats = connectNats({ url: server.url, runtime });
/** What routing would keep in its tables. */
const history = new Map<string, Fact>();
const publisher = startPublisher({
  ...{ db: routing, nats, runtime },
  history: async (keys) => keys.flatMap(({ aboutId }) => history.get(aboutId) ?? []),
  stream: { name: 'CAUSEWAY_ROUTING', subjects: ['causeway.routing.>'] },
});
const settlement = await start(
  settlementConfig({
    ...{ DATABASE_URL: url, NATS_URL: server.url, TLS_DIR: tlsOf('settlement') },
    // Nobody listens there: booking needs nobody else.
    ROUTING_ADDRESS: '127.0.0.1:1',
    SIGNING_KEYS: `k1:${'0a'.repeat(32)}`,
  }),
  runtime,
);
const [operator, issuer, sakura, siam] = ['ops', 'harbour-wallet', 'sakura', 'siam'].map((id) =>
  connect(SettlementServiceService, {
    ...{ runtime, tls: readTls(tlsOf(id)), mode: 'unary', defaultDeadlineMs: 5_000 },
    address: `127.0.0.1:${settlement.port}`,
  }),
) as [Settlement, Settlement, Settlement, Settlement];
type Settlement = Client<typeof SettlementServiceService>;

afterAll(async () => {
  for (const client of [operator, issuer, sakura, siam]) client.close();
  await publisher.stop();
  await settlement.drain();
  await nats.close();
});

async function publish(facts: readonly PaymentFact[]): Promise<void> {
  const rows = facts.map((fact) => ({
    lane: laneOf(fact.payment?.paymentId ?? ''),
    factId: fact.factId,
    subject: `causeway.routing.payment.${fact.kind?.$case ?? 'none'}.v1`,
    ...encoded(fact),
  }));
  for (const row of rows) history.set(row.factId, row);
  const keys = rows.map(({ lane, factId }) => ({ lane, aboutId: factId, version: 1 }));
  await enqueue(routing, keys);
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

const positionsOf = async (client: Settlement, participantId = '') =>
  (await client.listPositions({ participantId })).positions;

const transfersOf = async (paymentId: string) =>
  (await operator.listPaymentTransfers({ paymentId })).transfers;

test('facts become positions that each participant sees for itself', async () => {
  await publish([...factsOf(REFUNDED), ...factsOf(LOCAL)]);
  await vi.waitFor(
    async () => {
      const [position] = await positionsOf(issuer);
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
  const own = await positionsOf(sakura);
  expect(own).toMatchObject([
    { participantId: 'sakura', net: { currencyCode: 'JPY', amountMinor: 0n } },
  ]);
  expect(own[0]?.updateTime).toBeInstanceOf(Date);
  expect(await positionsOf(sakura, 'harbour')).toEqual([]);
  expect(await positionsOf(siam)).toEqual([]);
  const all = await positionsOf(operator);
  expect(all.map((one) => one.participantId)).toEqual(['harbour', 'harbour-wallet', 'sakura']);
  expect(await positionsOf(operator, 'sakura')).toEqual(own);
  expect(await problemsOf(db)).toEqual([]);
});

test('operators see the accounts, summed over their lanes, and nobody else does', async () => {
  const { accounts } = await operator.listAccounts({});
  const clearing = accounts.filter(({ code }) => code === 'fx_clearing');
  expect(clearing.map(({ owner, balance }) => [owner, balance])).toEqual([
    ['', hkd(0n)],
    ['', { currencyCode: 'JPY', amountMinor: 0n }],
  ]);
  await expect(sakura.listAccounts({})).rejects.toMatchObject({ reason: 'CALLER_NOT_ALLOWED' });
});

test('the transfers of a payment are listed in their order, refunds included', async () => {
  const transfers = await transfersOf(uuidFrom('payment', 'sakura', 'tokyo'));
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
  const never = transfersOf(uuidFrom('payment', 'sakura', 'never'));
  await expect(never).rejects.toMatchObject({ reason: 'PAYMENT_NOT_BOOKED' });
  await expect(transfersOf('never')).rejects.toMatchObject({ reason: 'FIELD_INVALID' });
});

test('operators put agreements, and participants read their own', async () => {
  const as = (id: string) =>
    connect(SettlementAgreementServiceService, {
      ...{ runtime, tls: readTls(tlsOf(id)), mode: 'unary', defaultDeadlineMs: 5_000 },
      address: `127.0.0.1:${settlement.port}`,
    });
  const clients = { ops: as('ops'), sakura: as('sakura'), wallet: as('harbour-wallet') };
  const put = { commandId: uuidFrom('test', 'agreement'), agreement: agreementWith() };
  expect(await clients.ops.putAgreement(put)).toMatchObject({ agreement: { version: 1 } });
  await expect(clients.sakura.putAgreement(put)).rejects.toMatchObject({
    reason: 'CALLER_NOT_ALLOWED',
  });
  const own = { participant: undefined, clearingDate: '' };
  expect(await clients.sakura.getAgreement(own)).toMatchObject({ agreement: { version: 1 } });
  expect(await clients.wallet.getAgreement(own)).toMatchObject({ agreement: { version: 0 } });
  const another = { ...own, participant: agreementWith().participant };
  await expect(clients.wallet.getAgreement(another)).rejects.toMatchObject({
    reason: 'PARTICIPANT_UNKNOWN',
  });
  for (const client of Object.values(clients)) client.close();
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
      expect(await transfersOf(paymentId)).toHaveLength(4);
      const parked = await db.query('SELECT fact_id FROM parked_events');
      expect(parked).toEqual([{ fact_id: bad.factId }]);
    },
    { timeout: 25_000, interval: 100 },
  );
  expect(runtime.logged.some(({ level }) => level === 'error')).toBe(true);
  expect(await problemsOf(db)).toEqual([]);
});
