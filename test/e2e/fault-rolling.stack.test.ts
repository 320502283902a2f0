import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICES, withReplicas } from '@causeway/deploy-local';
import { PaymentState } from '@causeway/proto/common';
import { RpcFailure } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';
import { seedWorld } from '@causeway/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  charge,
  chargeOf,
  finalPayment,
  type OwnStack,
  openPayer,
  type Payer,
  refund,
  type Shop,
  seededShop,
  startOwnStack,
  verifyBooks,
  type World,
} from './support/index.ts';

/** Two processes of every service: what a rolling upgrade finds, and leaves. */
const REPLICAS = 2;
const PAYERS = 8;
/** What is played here and would be somebody else's to upgrade. */
const OUTSIDE = ['sandbox', 'peak-wallet'];
const PAUSE_MS = 40;
/** What a deployment's minReadySeconds gives: callers find a new process within a second. */
const READY_MS = 1_000;

let own: OwnStack;
let world: World;
let shop: Shop;
let payers: Payer[];

beforeAll(async () => {
  // The market is the sandbox's; what it plays is outside, and is not upgraded.
  own = await startOwnStack(
    {},
    withReplicas(SERVICES, () => REPLICAS),
  );
  world = own.world;
  await seedWorld(world.callers, world.stack.endpoints);
  shop = await seededShop(world, 'sakura');
  payers = await Promise.all(Array.from({ length: PAYERS }, () => openPayer(world)));
});

afterAll(async () => {
  const report = await verifyBooks(world.stack.state, 60);
  await own.stop();
  expect(report).toMatchObject({ ok: true, in_flight: 0 });
});

/** What the calls of this test met. */
const met = { calls: 0, repeated: [] as string[] };

/** Calls, and where that fails once more, as every client should; the second failure is thrown. */
async function persistently<T>(call: () => Promise<T>): Promise<T> {
  met.calls += 1;
  try {
    return await call();
  } catch (error) {
    met.repeated.push(nameOf(error));
    await sleep(100);
    return call();
  }
}

function nameOf(error: unknown): string {
  if (error instanceof Refusal) return error.reason;
  return error instanceof RpcFailure ? error.code : String(error);
}

/** One shopper, paying and at times giving back, until told that it is enough. */
async function shopAgain(payer: Payer, over: AbortSignal): Promise<string[]> {
  const paid: string[] = [];
  for (let turn = 0; !over.aborted; turn += 1) {
    const code = await persistently(() => payer.code());
    const request = chargeOf(world, shop, code, 100n);
    const payment = await persistently(() => charge(shop, request));
    paid.push(payment.paymentId);
    if (turn % 5 === 4 && payment.state === PaymentState.SUCCEEDED) {
      await persistently(() => refund(world, shop, payment, 100n));
    }
    await sleep(PAUSE_MS);
  }
  return paid;
}

test('each process is replaced in turn under load, and no call fails twice', async () => {
  const over = new AbortController();
  const shopping = payers.map((payer) => shopAgain(payer, over.signal));
  const failed = Promise.all(shopping);
  const names = await world.stack.processes.names();
  const ours = SERVICES.filter(({ name }) => !OUTSIDE.includes(name));
  const services = ours.map(({ name }) => name);
  const ofService = (name: string) => services.includes(name.replace(/-\d+$/, ''));
  const rolled = names.filter(ofService);
  expect(rolled).toHaveLength(services.length * REPLICAS);
  // A failed call ends the upgrade at once, with what it failed with.
  const upgrade = async () => {
    for (const name of rolled) {
      await world.stack.processes.restart(name);
      await sleep(READY_MS);
    }
  };
  await Promise.race([upgrade(), failed.then(() => Promise.reject(new Error('over too early')))]);
  over.abort();
  const paid = (await failed).flat();
  const last = await Promise.all(paid.map((paymentId) => finalPayment(shop, paymentId)));
  const states = new Set(last.map(({ state }) => PaymentState[state]));
  expect([...states]).toEqual(['SUCCEEDED']);
  expect(paid.length).toBeGreaterThan(100);
  console.info(
    `rolled ${rolled.length} processes under ${met.calls} calls for ${paid.length} payments; ` +
      `${met.repeated.length} were repeated once (${[...new Set(met.repeated)].join(', ')})`,
  );
}, 300_000);
