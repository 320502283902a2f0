import { join } from 'node:path';
import {
  clusterData,
  databaseUrl,
  Guard,
  restoreDatabase,
  takeBaseBackup,
  withClient,
} from '@causeway/deploy-local';
import { DeclineReason, type Payment, PaymentState } from '@causeway/proto/common';
import { StopSubjectKind } from '@causeway/proto/routing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  charge,
  chargeOf,
  confirmed,
  minor,
  type OwnStack,
  openOrder,
  openPayer,
  type Payer,
  pay,
  readPayment,
  reasonOf,
  refund,
  type Shop,
  scan,
  scanAndPay,
  seededShop,
  startOwnStack,
  until,
  verifyBooks,
  type World,
} from '../support/index.ts';

/**
 * A stack whose Postgres archives what it writes, and whose books are looked at each second: it is
 * left broken at times, so it is a stack of its own.
 */
let own: OwnStack;
let world: World;
let asked: Shop;
let told: Shop;
let payer: Payer;
const guard = new Guard();

beforeAll(async () => {
  own = await startOwnStack({ PROBE_SECONDS: '1' }, undefined, { archive: true });
  world = own.world;
  [asked, told] = await Promise.all([seededShop(world, 'merlion'), seededShop(world, 'sakura')]);
  payer = await openPayer(world);
}, 240_000);
afterAll(async () => {
  guard.close();
  await own?.stop();
});

/** Every rule of all books holds, and nothing is on its way. */
const WHOLE = { ok: true, in_flight: 0, broken: [] };

const serverUrl = () => databaseUrl(world.stack.databases.routing ?? '', 'postgres');
const query = <T extends object>(url: string, sql: string) =>
  withClient(url, async (client) => (await client.query<T>(sql)).rows);
const walletDb = () => world.stack.databases.wallet ?? '';
const seen = ({ state, payerAmount, refundedPayerAmount, version }: Payment) => ({
  ...{ state: PaymentState[state], payer: minor(payerAmount), version },
  refunded: minor(refundedPayerAmount),
});

/** Puts routing's database back to a moment by its archived log, while it is down. */
async function restoreRouting(to: Date): Promise<void> {
  const folder = join(world.stack.state, 'postgres');
  await world.stack.processes.stop('routing');
  await restoreDatabase({
    server: { url: serverUrl(), data: clusterData(folder) },
    ...{ folder, service: 'routing', to, guard },
    logFile: join(world.stack.state, 'logs', 'postgres-recovered.log'),
  });
  await world.stack.processes.restart('routing');
}

const lift = (subjectId: string) =>
  world.ops.stops.deleteStop({ subjectKind: StopSubjectKind.EVERYTHING, subjectId });

test("routing's database is restored to a moment by its archived log, and what lies between is found again", async () => {
  await takeBaseBackup(serverUrl());
  const before = await pay(world, payer, told, 1_280n);
  const order = await openOrder(world, asked, 45_20n);
  const shown = await scan(payer, order.link);
  const [{ now: moment } = { now: new Date(0) }] = await query<{ now: Date }>(
    serverUrl(),
    'SELECT clock_timestamp() AS now',
  );

  // All of this routing forgets: an order that is paid, a charge, a decline, a refund, a cancel.
  const paid = await confirmed(payer, shown);
  const requests = [await payer.code(), await payer.code()].map((code) =>
    chargeOf(world, told, code, 2_400n),
  );
  const [kept, undone] = await Promise.all(requests.map((request) => charge(told, request)));
  const scanned = await scanAndPay(payer, (await openOrder(world, asked, 10_00n)).link);
  const poor = await openPayer(world, { balanceMinor: 1_00n });
  const declined = await pay(world, poor, told, 2_400n);
  await refund(world, asked, paid, 15_07n);
  await refund(world, told, before, 280n);
  await told.partner.payments.cancelPayment({
    paymentRequestId: undone?.paymentRequestId ?? '',
  });
  expect(await verifyBooks(world.stack.state, 30)).toMatchObject(WHOLE);
  const payments: [Shop, Payment | undefined][] = [
    ...([
      [told, before],
      [asked, paid],
      [told, kept],
      [told, undone],
    ] as const),
    ...([
      [asked, scanned],
      [told, declined],
    ] as const),
  ].map(([shop, payment]) => [shop, payment]);
  const read = () =>
    Promise.all(
      payments.map(async ([shop, p]) => seen(await readPayment(shop, p?.paymentId ?? ''))),
    );
  const known = await read();

  await restoreRouting(moment);
  // Nothing is decided anew: each is as it was, at its version, and the books still agree.
  expect(await read()).toEqual(known);
  expect(known.map(({ state }) => state)).toEqual([
    ...['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'CANCELLED', 'SUCCEEDED', 'DECLINED'],
  ]);
  expect(await verifyBooks(world.stack.state, 30)).toMatchObject(WHOLE);

  // Nobody pays before an operator has looked; what is there already is answered and given back.
  const again = await Promise.all(requests.map((request) => charge(told, request)));
  expect(again.map(({ paymentId }) => paymentId)).toEqual([kept?.paymentId, undone?.paymentId]);
  await refund(world, asked, paid, 30_13n);
  expect(minor((await readPayment(asked, paid.paymentId)).refundedPayerAmount)).toBe(
    minor(paid.payerAmount),
  );
  // fx hears of a stop within a second or two, and routing is back sooner here.
  const isStopped = (reason: string) => reason === 'PRICING_STOPPED';
  expect(await until(() => reasonOf(payer.code()), isStopped)).toBe('PRICING_STOPPED');
  await lift('restore');
  const after = await until(
    () => pay(world, payer, told, 1_280n).catch(() => undefined),
    (payment) => payment?.state === PaymentState.SUCCEEDED,
  );
  expect(after?.state).toBe(PaymentState.SUCCEEDED);
  expect(await verifyBooks(world.stack.state, 30)).toMatchObject(WHOLE);
}, 240_000);

test('a balance that is changed by hand stops new quotes and payments, and nothing that is on its way', async () => {
  const settled = await pay(world, payer, told, 1_280n);
  const early = await payer.code();
  // Somebody who does not pay meanwhile: an entry would keep the balance that it saw.
  const { walletId } = await openPayer(world);
  const plant = (by: number) =>
    query(
      walletDb(),
      `UPDATE ledger_accounts SET credits_posted = credits_posted + ${by}
       WHERE account_id = '${walletId}'`,
    );
  // On its way: its debit is owed while its wallet operator is away.
  await world.stack.processes.pause('wallet');
  const late = charge(told, chargeOf(world, told, early, 2_400n)).catch(() => undefined);
  const owed = await until(
    () => world.ops.routing.listOwedPayments({ limit: 10 }),
    (answer) => answer.owed.length > 0,
  );
  await plant(5);
  await world.stack.processes.resume('wallet');

  const stopped = await until(
    () => world.ops.stops.listStops({}),
    ({ stops }) => stops.some(({ subjectId }) => subjectId === 'broken-books'),
    { patienceMs: 60_000 },
  );
  expect(stopped.stops).toMatchObject([{ operatorId: 'service settlement' }]);
  expect(
    await until(
      () => reasonOf(payer.code()),
      (reason) => reason === 'PRICING_STOPPED',
    ),
  ).toBe('PRICING_STOPPED');
  const refused = await charge(told, chargeOf(world, told, early, 640n));
  expect(DeclineReason[refused.declineReason]).toBe('STOPPED');
  await late;
  const payment = owed.owed[0]?.payment;
  expect(await until(() => readPayment(told, payment?.paymentId ?? ''), isDone)).toMatchObject({
    state: PaymentState.SUCCEEDED,
  });
  await refund(world, told, settled, 640n);

  const probe = () => world.ops.probes.getBooksProbe({ lookNow: true });
  const found = await probe();
  expect(found.broken).toBe(true);
  const finding = found.books.flatMap(({ findings }) => findings)[0];
  expect(finding?.detail).toMatch(/account user|debits exceed credits/);
  // Who lifts it too early is stopped again.
  await lift('broken-books');
  await until(
    () => world.ops.stops.listStops({}),
    ({ stops }) => stops.length > 0,
  );
  await plant(-5);
  expect((await probe()).broken).toBe(false);
  await lift('broken-books');
  const after = await until(
    () => pay(world, payer, told, 1_280n).catch(() => undefined),
    (answer) => answer?.state === PaymentState.SUCCEEDED,
  );
  expect(after?.state).toBe(PaymentState.SUCCEEDED);
  expect((await world.ops.stops.listStops({})).stops).toEqual([]);
  expect(await verifyBooks(world.stack.state, 30)).toMatchObject(WHOLE);
}, 240_000);

const isDone = ({ state }: Payment) => state !== PaymentState.PENDING;
