import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PaymentState } from '@causeway/proto/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  bringBack,
  feedIsWhole,
  openPayer,
  openShop,
  openWorld,
  type Payer,
  pay,
  type Shop,
  until,
  verifyBooks,
} from './support/index.ts';

const world = openWorld();
const { processes, state } = world.stack;
const AMOUNT_MINOR = 1_800n;

let shop: Shop;
let payer: Payer;
const ids = new Set<string>();
beforeAll(async () => {
  shop = await openShop(world);
  payer = await openPayer(world);
});

afterAll(() => bringBack(world, 'nats', 'settlement'));

async function payAndSucceed(count: number): Promise<void> {
  const some = Array.from({ length: count }, () => pay(world, payer, shop, AMOUNT_MINOR));
  for (const payment of await Promise.all(some)) {
    expect(payment.state).toBe(PaymentState.SUCCEEDED);
    ids.add(payment.paymentId);
  }
}

test('payments go on without NATS, and what they have to tell waits for it', async () => {
  await processes.kill('nats');
  await payAndSucceed(10);
  const { in_flight: waiting } = await verifyBooks(state, 0);
  expect(waiting).toBeGreaterThanOrEqual(10);
  await processes.restart('nats');
  expect(await verifyBooks(state, 20)).toMatchObject({ ok: true, in_flight: 0 });
  await feedIsWhole(world, shop, ids);
});

test('what JetStream loses with its storage comes back by a replay', async () => {
  await processes.stop('settlement');
  await payAndSucceed(5);
  await until(
    () => verifyBooks(state, 0),
    (report) => report.in_flight === 0,
  );
  await processes.kill('nats');
  rmSync(join(state, 'nats', 'store'), { recursive: true });
  await processes.restart('nats');
  await processes.restart('settlement');

  // What comes after the loss is delivered as ever; what was lost is missed.
  await payAndSucceed(3);
  const incomplete = await verifyBooks(state, 3);
  expect(incomplete.broken.join()).toContain('positions');

  const from = { fromTime: undefined };
  let queued = 0n;
  for await (const { queuedCount } of world.ops.facts.replayFacts(from)) queued = queuedCount;
  expect(queued).toBeGreaterThanOrEqual(BigInt(ids.size));
  expect(await verifyBooks(state, 20)).toMatchObject({ ok: true, in_flight: 0 });
  await feedIsWhole(world, shop, ids);
});
