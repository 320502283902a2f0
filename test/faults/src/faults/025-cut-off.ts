import { setTimeout as sleep } from 'node:timers/promises';
import { type Payment, PaymentState } from '@causeway/proto/common';
import type { Window } from '@causeway/proto/settlement';
import {
  acquirerOf,
  holds,
  insist,
  minor,
  openDay,
  readPayment,
  refund,
  type Shop,
  same,
  until,
  type World,
} from '../../../support/index.ts';
import type { Fault } from '../fault.ts';
import { newcomers, payInSpite } from './newcomers.ts';

const FINAL_MS = 120_000;
const REFUND_MINOR = 300n;

/** Fault 25. */
export const cutOff: Fault = {
  id: 25,
  title: 'the settlement cut-off during traffic, with NATS down',
  injected: 'an acquirer is closed for the day while its shop sells and nats-server is killed',
  invariant:
    'every payment is in one batch, that of its recorded day; totals are what was captured less what was refunded and the fees',
  breaks: ['nats'],
  needs: ['settlement'],
  async run(stage) {
    const { world, quick, note } = stage;
    const { processes } = world.stack;
    const some = await newcomers(world);
    const clearingDate = await openDay(world, some.shop);
    const many = quick ? 4 : 40;
    const early = await payInSpite(some, many);
    const [first] = early;
    if (first) await insist(() => refund(world, some.shop, first, REFUND_MINOR));
    await processes.kill('nats');
    const day = { participant: acquirerOf(some.shop), clearingDate };
    const closing = insist(() => world.ops.windows.closeWindow(day));
    const during = await payInSpite(some, many);
    await closing;
    const late = await payInSpite(some, many);
    await sleep(quick ? 500 : 5_000);
    await processes.restart('nats');
    stage.afterwards(async () => {
      const window = await finalWindow(world, day);
      const all = [...early, ...during, ...late].map(({ paymentId }) => paymentId);
      note({ payments: all.length, closed: await isExact(some.shop, all, window) });
    });
  },
};

async function finalWindow(
  { ops }: World,
  day: Parameters<typeof ops.windows.getWindow>[0],
): Promise<Window | undefined> {
  const read = async () => (await insist(() => ops.windows.getWindow(day))).window;
  const isFinal = (window: Window | undefined) => window?.finalTime !== undefined;
  return until(read, isFinal, { patienceMs: FINAL_MS });
}

/** Throws unless the day holds what was recorded to be of it; answers how many payments that is. */
async function isExact(
  shop: Shop,
  ids: readonly string[],
  window: Window | undefined,
): Promise<number> {
  holds(window?.finalTime !== undefined, 'the day never became final');
  const paid = await Promise.all(ids.map((id) => insist(() => readPayment(shop, id))));
  const own = paid.filter((one) => one.acquirerClearingDate === window.clearingDate);
  const others = paid.filter((one) => one.acquirerClearingDate !== window.clearingDate);
  holds(others.length > 0, 'nothing was paid after the close');
  same(own.every(isPaid) && others.every(isPaid), true, 'whether all was paid');
  const [sums] = window.sums;
  const payee = (of: readonly Payment[]) =>
    of.reduce((sum, { payeeAmount }) => sum + minor(payeeAmount), 0n);
  same(minor(sums?.captured), payee(own), `what was captured on ${window.clearingDate}`);
  same(minor(sums?.refunded), REFUND_MINOR, `what was refunded on ${window.clearingDate}`);
  same(Number(sums?.itemCount), own.length + 1, 'how many payments and refunds are in the batch');
  const parts = minor(sums?.captured) - minor(sums?.refunded) - minor(sums?.fees);
  same(minor(sums?.net), parts, 'what the day comes to');
  return own.length;
}

const isPaid = ({ state }: Payment) => state === PaymentState.SUCCEEDED;
