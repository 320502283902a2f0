import { databaseUrl, withClient } from '@causeway/deploy-local';
import { type Payment, PaymentState } from '@causeway/proto/common';
import {
  charge,
  chargeOf,
  insist,
  openPayer,
  openShop,
  same,
  type World,
} from '../../../support/index.ts';
import type { Fault } from '../fault.ts';

const ROUTING = 'causeway_routing';
const BACKUP = `${ROUTING}_backup`;
const AMOUNT_MINOR = 2_400n;

/** Fault 28. */
export const restored: Fault = {
  id: 28,
  title: "routing's database restored to an earlier moment",
  injected: 'a copy of an earlier moment takes the place of the database; clients ask again',
  invariant: 'retries and recovery debit nobody twice, at no other price; a decline stays one',
  // Whoever is answered in between and never asks again is the business of an operator, who
  // reconciles: here everybody asks again.
  traffic: { clients: 0 },
  alone: true,
  async run({ world, quick }) {
    const shop = await insist(() => openShop(world));
    const payer = await insist(() => openPayer(world));
    const poor = await insist(() => openPayer(world, { balanceMinor: 1_00n }));
    await atRest(world, [
      `DROP DATABASE IF EXISTS ${BACKUP}`,
      `CREATE DATABASE ${BACKUP} TEMPLATE ${ROUTING}`,
    ]);
    const count = quick ? 3 : 30;
    const codes = await Promise.all(Array.from({ length: count }, () => payer.code()));
    const requests = [...codes, await poor.code()].map((code) =>
      chargeOf(world, shop, code, AMOUNT_MINOR),
    );
    const pay = () => Promise.all(requests.map((each) => insist(() => charge(shop, each))));
    const before = await pay();
    const balance = await payer.balance();
    await atRest(world, [
      `DROP DATABASE ${ROUTING} WITH (FORCE)`,
      `ALTER DATABASE ${BACKUP} RENAME TO ${ROUTING}`,
    ]);
    await poor.topUp(1_000_00n);
    same((await pay()).map(known), before.map(known), 'what was answered before and after');
    same(await payer.balance(), balance, 'what the payer has');
    same(await poor.balance(), 1_001_00n, 'what somebody has whose payment was declined');
  },
};

/** Runs statements on the server while routing is down. */
async function atRest(
  { stack: { processes, databases } }: World,
  statements: readonly string[],
): Promise<void> {
  await processes.stop('routing');
  await withClient(databaseUrl(databases.routing ?? '', 'postgres'), async (client) => {
    for (const statement of statements) await client.query(statement);
  });
  await processes.restart('routing');
}

/** What may not change. A payment that was declined before it took money may be priced again. */
function known({ paymentId, state, declineReason, payerAmount, conversion }: Payment) {
  const paid = state === PaymentState.SUCCEEDED;
  const price = paid ? { payerAmount, rate: conversion?.rate } : {};
  return { paymentId, state, declineReason, ...price };
}
