import { databaseUrl, withClient } from '@causeway/deploy-local';
import { type Payment, PaymentState } from '@causeway/proto/common';
import { afterAll, expect, test } from 'vitest';
import {
  bringBack,
  charge,
  chargeOf,
  openPayer,
  openShop,
  openWorld,
  verifyBooks,
} from './support/index.ts';

const world = openWorld();
const { processes, databases, state } = world.stack;
const ROUTING = 'causeway_routing';
const BACKUP = `${ROUTING}_backup`;

afterAll(() => bringBack(world, 'routing'));

/** Runs a statement on the server of routing's database, while routing is down. */
async function onServer(...statements: string[]): Promise<void> {
  await processes.stop('routing');
  await withClient(databaseUrl(databases.routing ?? '', 'postgres'), async (client) => {
    for (const statement of statements) await client.query(statement);
  });
  await processes.restart('routing');
}

const seen = ({ paymentId, state, declineReason, payerAmount, conversion }: Payment) => ({
  ...{ paymentId, state, declineReason, payerAmount },
  // What was declined before it took money may be priced again.
  rate: state === PaymentState.SUCCEEDED ? conversion?.rate : undefined,
});

test("after routing's database is restored, retries debit nobody twice and keep their price", async () => {
  const shop = await openShop(world);
  const payer = await openPayer(world);
  const poor = await openPayer(world, { balanceMinor: 1_00n });
  await onServer(
    `DROP DATABASE IF EXISTS ${BACKUP}`,
    `CREATE DATABASE ${BACKUP} TEMPLATE ${ROUTING}`,
  );

  const codes = [...(await Promise.all([1, 2, 3].map(() => payer.code()))), await poor.code()];
  const requests = codes.map((code) => chargeOf(world, shop, code, 2_400n));
  const before = await Promise.all(requests.map((request) => charge(shop, request)));
  expect(before.map((payment) => PaymentState[payment.state])).toEqual([
    ...['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'DECLINED'],
  ]);
  expect(await verifyBooks(state, 20)).toMatchObject({ ok: true, in_flight: 0 });
  const balance = await payer.balance();

  await onServer(
    `DROP DATABASE ${ROUTING} WITH (FORCE)`,
    `ALTER DATABASE ${BACKUP} RENAME TO ${ROUTING}`,
  );
  // The books of others know payments that routing does not: that is what the verifier is for.
  expect((await verifyBooks(state, 0, 0)).ok).toBe(false);

  await poor.topUp(1_000_00n);
  const after = await Promise.all(requests.map((request) => charge(shop, request)));
  expect(after.map(seen)).toMatchObject(
    before.map(seen).map(({ payerAmount, ...same }) => ({
      ...same,
      ...(same.state === PaymentState.SUCCEEDED ? { payerAmount } : {}),
    })),
  );
  expect(await payer.balance()).toBe(balance);
  expect(await poor.balance()).toBe(1_001_00n);
});
