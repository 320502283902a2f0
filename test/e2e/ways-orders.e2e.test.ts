import { OrderPresentation } from '@causeway/proto/acquiring';
import { type Payment, PaymentMethod, PaymentState } from '@causeway/proto/common';
import { SECOND_ISSUER } from '@causeway/sandbox';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  confirm,
  confirmed,
  finalPayment,
  minor,
  openOrder,
  openPayer,
  openWorld,
  readPayment,
  reasonOf,
  refund,
  type Shop,
  scan,
  scanAndPay,
  seededShop,
} from './support/index.ts';

const world = openWorld();
const AMOUNT_MINOR = 45_20n;

/** One whose partner is asked before the payer is debited, and one whose partner is told after. */
let asked: Shop;
let told: Shop;
beforeAll(async () => {
  [asked, told] = await Promise.all([seededShop(world, 'merlion'), seededShop(world, 'pearl')]);
});

const stateOf = ({ state }: Payment) => PaymentState[state];

describe.concurrent('an order', () => {
  test.each([
    ['whose partner is asked first', () => asked],
    ['whose partner is told afterwards', () => told],
  ])('%s is paid exactly once, for the price that was shown', async (_, shop) => {
    const payer = await openPayer(world);
    const before = await payer.balance();
    const order = await openOrder(world, shop(), AMOUNT_MINOR);
    expect(stateOf(order.payment)).toBe('PENDING');
    const shown = await scan(payer, order.link);
    const paid = await confirmed(payer, shown);
    expect(stateOf(paid)).toBe('SUCCEEDED');
    expect(paid.paymentId).toBe(order.payment.paymentId);
    expect(paid.payerAmount).toEqual(shown.quote.payerAmount);
    expect(await payer.balance()).toBe(before - minor(paid.payerAmount));
    expect(await payer.held()).toBe(0n);
    expect(stateOf(await readPayment(shop(), paid.paymentId))).toBe('SUCCEEDED');
    const again = await confirm(payer, shown);
    expect(again.paymentId).toBe(paid.paymentId);
    expect(await payer.balance()).toBe(before - minor(paid.payerAmount));
  });

  test('is the same by its link and by its code, whose ways to pay have names of their own', async () => {
    const payer = await openPayer(world, { issuerId: SECOND_ISSUER.id });
    const byLink = await openOrder(world, told, AMOUNT_MINOR);
    const byCode = await openOrder(world, told, AMOUNT_MINOR, {
      presentation: OrderPresentation.CODE,
    });
    const paid = [
      await scanAndPay(payer, byLink.qrPayload),
      await scanAndPay(payer, byCode.qrPayload),
    ];
    expect(paid.map(stateOf)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(paid.map(({ method }) => PaymentMethod[method])).toEqual(['CASHIER', 'MERCHANT_QR']);
    expect(new Set(paid.map(({ issuerId }) => issuerId))).toEqual(new Set([SECOND_ISSUER.id]));
  });

  test('is refunded in part and then in full, to the cent', async () => {
    const payer = await openPayer(world);
    const before = await payer.balance();
    const order = await openOrder(world, asked, AMOUNT_MINOR);
    const paid = await scanAndPay(payer, order.link);
    const first = await refund(world, asked, paid, 15_07n);
    const second = await refund(world, asked, paid, AMOUNT_MINOR - 15_07n);
    expect(minor(first.payerAmount) + minor(second.payerAmount)).toBe(minor(paid.payerAmount));
    expect(await payer.balance()).toBe(before);
    expect(await reasonOf(refund(world, asked, paid, 1n))).toBe('REFUND_EXCEEDS_PAYMENT');
  });
});

describe.concurrent('an order that is closed', () => {
  const close = (shop: Shop, { paymentRequestId }: Payment) =>
    shop.partner.payments.cancelPayment({ paymentRequestId });

  test('is cancelled at once; a confirmation that comes later is refused and nothing is held', async () => {
    const payer = await openPayer(world);
    const before = await payer.balance();
    const order = await openOrder(world, asked, AMOUNT_MINOR);
    const shown = await scan(payer, order.link);
    const { payment } = await close(asked, order.payment);
    expect(PaymentState[payment?.state ?? 0]).toBe('CANCELLED');
    expect(await reasonOf(confirm(payer, shown))).toBe('ORDER_CLOSED');
    expect(await reasonOf(scan(payer, order.link))).toBe('ORDER_CLOSED');
    expect([await payer.balance(), await payer.held()]).toEqual([before, 0n]);
  });

  test('by its time is so too', async () => {
    const payer = await openPayer(world);
    const before = await payer.balance();
    const order = await openOrder(world, asked, AMOUNT_MINOR, { ttlSeconds: 2 });
    const shown = await scan(payer, order.link);
    expect(stateOf(await finalPayment(asked, order.payment.paymentId))).toBe('CANCELLED');
    expect(await reasonOf(confirm(payer, shown))).toBe('ORDER_CLOSED');
    expect([await payer.balance(), await payer.held()]).toEqual([before, 0n]);
  });

  test('by its time cannot be paid even before anybody has noticed', async () => {
    const payer = await openPayer(world);
    const order = await openOrder(world, told, AMOUNT_MINOR, { ttlSeconds: 1 });
    const shown = await scan(payer, order.link);
    const ended = order.payment.expireTime?.getTime() ?? 0;
    await new Promise((resolve) => setTimeout(resolve, ended + 50 - Date.now()));
    expect(await reasonOf(confirm(payer, shown))).toBe('ORDER_CLOSED');
    expect(await payer.held()).toBe(0n);
  });
});

describe.concurrent('two wallets with one link', () => {
  test('the first that confirms pays, the other is told that it is taken', async () => {
    const order = await openOrder(world, asked, AMOUNT_MINOR);
    const [first, second] = await Promise.all([
      openPayer(world),
      openPayer(world, { issuerId: SECOND_ISSUER.id }),
    ]);
    const [mine, theirs] = await Promise.all([scan(first, order.link), scan(second, order.link)]);
    const paid = await confirmed(first, mine);
    expect(stateOf(paid)).toBe('SUCCEEDED');
    expect(await reasonOf(confirm(second, theirs))).toBe('ORDER_TAKEN');
    expect([await second.balance(), await second.held()]).toEqual([10_000_00n, 0n]);
  });

  test('a quote of another payment, or of another wallet, buys nothing', async () => {
    const [one, two] = await Promise.all([
      openOrder(world, asked, AMOUNT_MINOR),
      openOrder(world, asked, AMOUNT_MINOR),
    ]);
    const payer = await openPayer(world);
    const [cheap, dear] = await Promise.all([scan(payer, one.link), scan(payer, two.link)]);
    const mixed = { ...dear, quote: cheap.quote };
    expect(await reasonOf(confirm(payer, mixed))).toBe('QUOTE_INVALID');
    expect(await payer.held()).toBe(0n);
  });
});
