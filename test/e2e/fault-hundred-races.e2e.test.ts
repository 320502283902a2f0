import { type Payment, PaymentState } from '@causeway/proto/common';
import { SECOND_ISSUER } from '@causeway/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  charge,
  chargeOf,
  confirm,
  finalPayment,
  forgetScores,
  insist,
  minor,
  openOrder,
  openPayer,
  openShop,
  openWorld,
  pay,
  readPayment,
  reasonOf,
  type Shop,
  scan,
  seededShop,
} from './support/index.ts';

const world = openWorld({ timeoutMs: 30_000 });
afterAll(() => forgetScores(world), 60_000);
/** How many act at once. */
const HUNDRED = 100;
const OPENING_MINOR = 10_000_00n;
const AMOUNT_MINOR = 2_000n;

let shop: Shop;
/** One whose partner is asked before the capture. */
let asked: Shop;
beforeAll(async () => {
  [shop, asked] = await Promise.all([openShop(world), seededShop(world, 'merlion')]);
});

/** What a call came to at last: as a client would, it is repeated while nothing can be said. */
const saidOf = (call: () => Promise<unknown>) => reasonOf(insist(call));
const stateOf = ({ state }: Payment) => PaymentState[state];
const cancel = async (where: Shop, paymentRequestId: string) =>
  (await where.partner.payments.cancelPayment({ paymentRequestId })).payment;
const times = <T>(count: number, act: (nth: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, nth) => act(nth)));
/** How often each thing was said. */
function tally(said: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const each of said) counts[each] = (counts[each] ?? 0) + 1;
  return counts;
}

describe('at once,', () => {
  test('a hundred refunds of which only one fits: one is accepted', async () => {
    const payer = await openPayer(world);
    const paid = await pay(world, payer, shop, AMOUNT_MINOR);
    const most = { currencyCode: shop.currencyCode, amountMinor: 1_500n };
    const said = await times(HUNDRED, (nth) =>
      saidOf(() =>
        shop.partner.payments.createRefund({
          ...{ paymentId: paid.paymentId, refundRequestId: `race-${nth}` },
          ...{ payeeAmount: most, reason: 'a race' },
        }),
      ),
    );
    expect(tally(said)).toEqual({ accepted: 1, REFUND_EXCEEDS_PAYMENT: HUNDRED - 1 });
    const after = await readPayment(shop, paid.paymentId);
    expect(minor(after.refundedPayeeAmount)).toBe(1_500n);
    expect(await payer.balance()).toBe(
      OPENING_MINOR - minor(paid.payerAmount) + minor(after.refundedPayerAmount),
    );
  });

  test('a hundred refunds that all fit: all are accepted and sum exactly', async () => {
    const payer = await openPayer(world);
    const paid = await pay(world, payer, shop, AMOUNT_MINOR);
    const part = { currencyCode: shop.currencyCode, amountMinor: AMOUNT_MINOR / 100n };
    const refunds = await times(HUNDRED, (nth) =>
      insist(() =>
        shop.partner.payments.createRefund({
          ...{ paymentId: paid.paymentId, refundRequestId: `part-${nth}` },
          ...{ payeeAmount: part, reason: 'a race' },
        }),
      ),
    );
    const back = refunds.reduce((sum, answer) => sum + minor(answer.refund?.payerAmount), 0n);
    expect(back).toBe(minor(paid.payerAmount));
    expect(await payer.balance()).toBe(OPENING_MINOR);
  });

  test('fifty refunds in full and fifty cancels: one side wins', async () => {
    const payer = await openPayer(world);
    const paid = await pay(world, payer, shop, AMOUNT_MINOR);
    const said = await times(HUNDRED, (nth) =>
      nth % 2 === 0
        ? saidOf(() =>
            shop.partner.payments.createRefund({
              ...{ paymentId: paid.paymentId, refundRequestId: `race-${nth}` },
              payeeAmount: paid.payeeAmount,
              reason: 'a race',
            }),
          ).then((reason) => `refund ${reason}`)
        : saidOf(() => cancel(shop, paid.paymentRequestId)).then((reason) => `cancel ${reason}`),
    );
    const counted = tally(said);
    const after = await finalPayment(shop, paid.paymentId);
    const refundWon = stateOf(after) === 'SUCCEEDED';
    expect(counted['refund accepted'] ?? 0).toBe(refundWon ? 1 : 0);
    expect(counted['cancel accepted'] === undefined).toBe(refundWon);
    expect(minor(after.refundedPayeeAmount)).toBe(refundWon ? AMOUNT_MINOR : 0n);
    expect(await payer.balance()).toBe(OPENING_MINOR);
  });

  test('one charge against ninety-nine cancels: one outcome, and nothing is left behind', async () => {
    const payer = await openPayer(world);
    const request = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
    await times(HUNDRED, (nth) =>
      nth === 0
        ? saidOf(() => charge(shop, request))
        : saidOf(() => cancel(shop, request.paymentRequestId)),
    );
    const last = await insist(() => cancel(shop, request.paymentRequestId));
    expect(last?.state).toBe(PaymentState.CANCELLED);
    expect(stateOf(await charge(shop, request))).toBe('CANCELLED');
    expect(await payer.balance()).toBe(OPENING_MINOR);
  });

  test('a hundred confirmations of one order by ten wallets: one wallet pays, once', async () => {
    const order = await openOrder(world, asked, AMOUNT_MINOR);
    const payers = await times(10, (nth) =>
      openPayer(world, nth % 2 === 0 ? {} : { issuerId: SECOND_ISSUER.id }),
    );
    const screens = await Promise.all(payers.map((payer) => scan(payer, order.link)));
    const said = await times(HUNDRED, async (nth) => {
      const at = nth % payers.length;
      const [payer, screen] = [payers[at], screens[at]];
      if (payer === undefined || screen === undefined) throw new Error('no such payer');
      return { at, said: await saidOf(() => confirm(payer, screen)) };
    });
    const paid = await finalPayment(asked, order.payment.paymentId);
    expect(stateOf(paid)).toBe('SUCCEEDED');
    const winners = new Set(said.filter((each) => each.said === 'accepted').map(({ at }) => at));
    expect(winners.size).toBe(1);
    expect(tally(said.map((each) => each.said))).toEqual({ accepted: 10, ORDER_TAKEN: 90 });
    for (const [at, payer] of payers.entries()) {
      const spent = winners.has(at) ? minor(paid.payerAmount) : 0n;
      expect([await payer.balance(), await payer.held()]).toEqual([OPENING_MINOR - spent, 0n]);
    }
  });

  test('fifty captures and their fifty cancels: each order ends once, its payer whole', async () => {
    const payer = await openPayer(world);
    const orders = await times(HUNDRED / 2, async () => {
      const order = await openOrder(world, asked, 100n);
      return { order, screen: await scan(payer, order.link) };
    });
    await Promise.all(
      orders.flatMap(({ order, screen }) => [
        saidOf(() => confirm(payer, screen)),
        saidOf(() => cancel(asked, order.payment.paymentRequestId)),
      ]),
    );
    const ended = await Promise.all(
      orders.map(({ order }) => finalPayment(asked, order.payment.paymentId)),
    );
    const succeeded = ended.filter(({ state }) => state === PaymentState.SUCCEEDED);
    const cancelled = ended.filter(({ state }) => state === PaymentState.CANCELLED);
    expect(succeeded.length + cancelled.length).toBe(orders.length);
    const spent = succeeded.reduce((sum, { payerAmount }) => sum + minor(payerAmount), 0n);
    expect([await payer.balance(), await payer.held()]).toEqual([OPENING_MINOR - spent, 0n]);
  });
});
