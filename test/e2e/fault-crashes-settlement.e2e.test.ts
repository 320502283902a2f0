import type { Payment } from '@causeway/proto/common';
import type { Window } from '@causeway/proto/settlement';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Cap,
  type Crowd,
  closeDay,
  corrected,
  crashes,
  disputedAndDecided,
  disputedInSilence,
  filesAreWhole,
  floatProved,
  floatSettled,
  gather,
  openCap,
  reconciled,
} from './faults/index.ts';
import {
  forgetScores,
  minor,
  openDay,
  openPayer,
  openShop,
  openWorld,
  pay,
  positionBecomes,
  type Shop,
} from './support/index.ts';

const world = openWorld({ timeoutMs: 3_000 });
afterAll(() => forgetScores(world), 60_000);
/** No promise of ours: a busy machine takes three times as long. */
const SEQUENCE_MS = 300_000;
const PAID_MINOR = 1_280n;
const CLAIMED_MINOR = 300n;
const OWED_MINOR = -70n;

/** Two days that are closed while settlement dies, and what was paid on each before. */
const days: { shop: Shop; clearingDate: string; payment: Payment }[] = [];
/** Where people pay, and are refunded, all the while. */
let busy: { shop: Shop; crowd: Crowd; clearingDate: string };
/** Acquirers that may owe no more than their cap. */
const capped: { crowd: Crowd; cap: Cap }[] = [];

beforeAll(async () => {
  const payer = await openPayer(world);
  const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => openShop(world)));
  if (first === undefined) throw new Error('no shop was opened');
  const clearingDate = await openDay(world, first);
  busy = { shop: first, crowd: await gather(world, first), clearingDate };
  for (const shop of others.splice(0, 2)) {
    const day = await openDay(world, shop);
    const payment = await pay(world, payer, shop, PAID_MINOR);
    days.push({ shop, clearingDate: day, payment });
    // Disputes are of what is booked.
    await positionBecomes(shop.partner, shop.currencyCode, { captured: PAID_MINOR });
  }
  for (const shop of others) {
    const cap = openCap(world, shop);
    cap.set(1_000_000n);
    capped.push({ crowd: await gather(world, shop), cap });
  }
});

/** Clients who go on by themselves; heard when everything is back. */
const lives: Promise<unknown>[] = [];
function lived<T>(life: Promise<T>): Promise<T> {
  lives.push(life);
  // Until it is heard a failure must not end the test run.
  life.catch(() => {});
  return life;
}

const traffic = () => busy.crowd.pay();
const capOf = (index: number) => (capMinor: bigint) => () => {
  capped[index]?.cap.set(capMinor);
  capped[index]?.crowd.pay({ afterwards: 'refund' });
};
const day = (index: number) => {
  const found = days[index];
  if (found === undefined) throw new Error(`there is no day ${index}`);
  return found;
};

const closed: Promise<Window | undefined>[] = [];
const changed: Promise<unknown>[] = [];
const correct = () => {
  changed.push(lived(corrected(world, day(0).shop, OWED_MINOR)));
};
const dispute = () => {
  const { shop, payment } = day(0);
  changed.push(lived(disputedInSilence(world, shop, payment, CLAIMED_MINOR)));
};
/** One dispute of a payment at a time. */
const disputeAgain = () => {
  const { shop, payment } = day(0);
  const ended = Promise.all(changed);
  changed.push(lived(ended.then(() => disputedAndDecided(world, shop, payment, CLAIMED_MINOR))));
};
/** What was corrected and given back is of the day. */
const closeFirst = () => {
  const { shop, clearingDate } = day(0);
  closed[0] = lived(Promise.all(changed).then(() => closeDay(world, shop, clearingDate)));
};
const closeSecond = () => {
  closed[1] = lived(closeDay(world, day(1).shop, day(1).clearingDate));
};
const closeBusy = () => {
  traffic();
  closed[2] = lived(closeDay(world, busy.shop, busy.clearingDate));
  traffic();
};
/** What is resolved of a final day is charged to the next one. */
const reconcile = () => {
  const { shop, payment } = day(1);
  lived(Promise.resolve(closed[1]).then(() => reconciled(world, shop, payment)));
};

/** The acquirer's time to answer is over at once. */
const NO_TIME = { env: { DISPUTE_ANSWER_HOURS: '0' } };

// Several services are down at once now and then, which must change nothing.
describe.concurrent('kill -9 at each step boundary of clearing', () => {
  test('in settlement', { timeout: SEQUENCE_MS }, () =>
    crashes(world, 'settlement', [
      ['settlement.adjustment.committed', correct],
      ['settlement.adjustment.reversed', traffic],
      ['settlement.dispute.opened', dispute, NO_TIME],
      ['settlement.dispute.expired', traffic],
      ['settlement.dispute.stepped', traffic],
      ['settlement.dispute.given_back', traffic],
      ['settlement.dispute.decided', disputeAgain],
      ['settlement.window.sealing', closeFirst],
      ['settlement.window.drawn_up', traffic],
      ['settlement.files.before_complete', closeSecond],
      ['settlement.window.files_made', closeBusy],
      ['settlement.cover.leasing', capOf(0)(10_000_000n)],
      ['settlement.cover.leased', capOf(0)(20_000_000n)],
      ['settlement.reconciliation.batch_kept', reconcile],
      ['settlement.reconciliation.matched', traffic],
      ['settlement.reconciliation.resolved', traffic],
    ]),
  );

  test('in routing', { timeout: SEQUENCE_MS }, () =>
    crashes(world, 'routing', [
      ['routing.cover.leased', capOf(1)(10_000_000n)],
      ['routing.cover.recorded', capOf(1)(20_000_000n)],
      ['routing.cover.returned', capOf(1)(10_000n)],
    ]),
  );

  test('in the wallet', { timeout: SEQUENCE_MS }, () =>
    crashes(world, 'wallet', [
      ['wallet.float.settlement.before_commit', () => lived(floatSettled(world, '2001-01-01'))],
      ['wallet.float.settlement.committed', traffic],
      ['wallet.float.proof.before_commit', () => lived(floatProved(world))],
    ]),
  );
});

test('whatever was asked for has happened once', { timeout: SEQUENCE_MS }, async () => {
  await Promise.all(lives);
  const { shop, clearingDate } = day(0);
  expect(sumOf(await closed[0])).toEqual({
    ...{ items: 3n, captured: PAID_MINOR, refunded: 2n * CLAIMED_MINOR, adjustments: OWED_MINOR },
    net: PAID_MINOR - 2n * CLAIMED_MINOR + OWED_MINOR,
  });
  await filesAreWhole(shop, clearingDate);

  const second = day(1);
  expect(sumOf(await closed[1])).toMatchObject({ items: 1n, net: PAID_MINOR });
  await filesAreWhole(second.shop, second.clearingDate);
  const next = await openDay(world, second.shop);
  expect(sumOf(await closeDay(world, second.shop, next))).toMatchObject({ adjustments: -1n });

  const stories = await busy.crowd.hear();
  const paid = stories
    .map(({ payments }) => payments.at(-1))
    .filter((payment) => payment?.acquirerClearingDate === busy.clearingDate)
    .map((payment) => minor(payment?.payeeAmount));
  expect(sumOf(await closed[2])).toMatchObject({
    ...{ items: BigInt(paid.length), net: paid.reduce((sum, amount) => sum + amount, 0n) },
  });
  await filesAreWhole(busy.shop, busy.clearingDate);

  for (const { crowd, cap } of capped) {
    await crowd.hear();
    await cap.isWhole();
  }
});

/** What a window comes to, in minor units. */
function sumOf(window: Window | undefined) {
  const [sum] = window?.sums ?? [];
  return {
    ...{ items: sum?.itemCount, captured: minor(sum?.captured), refunded: minor(sum?.refunded) },
    ...{ adjustments: minor(sum?.adjustments), net: minor(sum?.net) },
  };
}
