import {
  compareRates,
  isPayable,
  markupBps,
  parseRate,
  payerAmountFor,
  splitPayer,
} from '@causeway/money';
import type { WatchPaymentsResponse } from '@causeway/proto/acquiring';
import { DeclineReason, type Payment, PaymentState } from '@causeway/proto/common';
import type { RateBoard } from '@causeway/proto/fx';
import { StatementEntryKind } from '@causeway/proto/wallet';
import { ACQUIRERS, ISSUER } from '@causeway/sandbox';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  charge,
  chargeOf,
  minor,
  openPayer,
  openShop,
  openWorld,
  type Payer,
  pay,
  positionBecomes,
  positionOf,
  readByRequest,
  readPayment,
  refund,
  type Shop,
  seededShop,
  until,
} from './support/index.ts';

const world = openWorld();

/** What a small basket costs in each seeded currency, in minor units; around HKD 50 to 100. */
const BASKETS: Record<string, bigint> = {
  ...{ JPY: 1280n, THB: 250_50n, KRW: 12_300n, CNY: 45_90n, SGD: 12_40n },
  ...{ MYR: 36_65n, PHP: 455_15n, MOP: 80_05n, HKD: 88_88n },
};

function basketIn(currencyCode: string): bigint {
  const minor = BASKETS[currencyCode];
  if (minor === undefined) throw new Error(`BASKETS has no basket in ${currencyCode}`);
  return minor;
}

describe('a payment in each seeded currency', () => {
  interface Paid {
    shop: Shop;
    payer: Payer;
    board: RateBoard | undefined;
    payment: Payment;
  }
  const paid = new Map<string, Paid>();
  const before = new Map<string, bigint>();
  let issuerBefore = 0n;

  beforeAll(async () => {
    issuerBefore = (await positionOf(world.issuer, ISSUER.currencyCode)).captured;
    await Promise.all(
      ACQUIRERS.map(async ({ id }) => {
        const shop = await seededShop(world, id);
        const { currencyCode } = shop;
        before.set(currencyCode, (await positionOf(shop.partner, currencyCode)).captured);
        const payer = await openPayer(world);
        const { paymentCode, rateBoard: board } = await payer.show();
        const request = chargeOf(world, shop, paymentCode, basketIn(currencyCode));
        paid.set(currencyCode, { shop, payer, board, payment: await charge(shop, request) });
      }),
    );
  });

  const one = (code: string): Paid => {
    const found = paid.get(code);
    if (found === undefined) throw new Error(`nothing was paid in ${code}`);
    return found;
  };

  test.each(Object.keys(BASKETS))('%s: the amounts follow from the quote', (code) => {
    const { payment, board } = one(code);
    expect(payment).toMatchObject({
      state: PaymentState.SUCCEEDED,
      declineReason: DeclineReason.UNSPECIFIED,
      issuerId: ISSUER.id,
      payeeAmount: { currencyCode: code, amountMinor: BASKETS[code] },
    });
    expect(payment.acquirerClearingDate).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(payment.payerReference).toMatch(/^852101\*{14}\d{4}$/);
    if (code === ISSUER.currencyCode) {
      expect(payment.conversion).toBeUndefined();
      expect(payment.payerAmount).toEqual(payment.payeeAmount);
      return;
    }
    expectPricedByItsQuote(payment);
    const shown = board?.entries.find((entry) => entry.payeeCurrencyCode === code)?.rate ?? '';
    const rate = parseRate(payment.conversion?.rate ?? '');
    expect(compareRates(rate, parseRate(shown))).toBeGreaterThanOrEqual(0);
  });

  test.each(Object.keys(BASKETS))('%s: every party reads the same payment', async (code) => {
    const { shop, payer, payment } = one(code);
    expect(await readPayment(shop, payment.paymentId)).toEqual(payment);
    expect(await readByRequest(shop, payment.paymentRequestId)).toEqual(payment);
    const listed = await until(
      () => shop.partner.payments.listPayments({ ...FIRST_PAGE, merchantId: shop.merchantId }),
      ({ payments }) => payments.some(({ paymentId }) => paymentId === payment.paymentId),
    );
    expect(listed.payments).toContainEqual(payment);
    const [line, ...older] = await payer.statement();
    expect(older).toHaveLength(1);
    expect(line).toMatchObject({
      kind: StatementEntryKind.PAYMENT,
      paymentId: payment.paymentId,
      amount: { currencyCode: ISSUER.currencyCode, amountMinor: -minor(payment.payerAmount) },
      balanceAfter: { amountMinor: 10_000_00n - minor(payment.payerAmount) },
      payeeAmount: code === ISSUER.currencyCode ? undefined : payment.payeeAmount,
      rate: payment.conversion?.rate ?? '',
    });
    expect(await payer.balance()).toBe(10_000_00n - minor(payment.payerAmount));
  });

  test('positions of acquirers and issuer move by exactly what was paid', async () => {
    for (const [code, { shop, payment }] of paid) {
      const captured = (before.get(code) ?? 0n) + minor(payment.payeeAmount);
      const position = await positionBecomes(shop.partner, code, { captured });
      expect(position.captured).toBe(captured);
    }
    const spent = [...paid.values()].reduce(
      (sum, { payment }) => sum + minor(payment.payerAmount),
      0n,
    );
    const captured = issuerBefore + spent;
    const position = await positionBecomes(world.issuer, ISSUER.currencyCode, { captured });
    expect(position.captured).toBe(captured);
  });
});

test.each([
  ['IDR', 'ID', 75_000_00n],
  ['USD', 'US', 9_99n],
  ['EUR', 'FR', 8_49n],
  ['GBP', 'GB', 7_01n],
])(
  '%s, which no seeded merchant sells in, is paid alike',
  async (currencyCode, countryCode, amount) => {
    const shop = await openShop(world, { currencyCode, countryCode });
    const payment = await pay(world, await openPayer(world), shop, amount);
    expect(payment.state).toBe(PaymentState.SUCCEEDED);
    expectPricedByItsQuote(payment);
    const expected = { captured: amount, refunded: 0n };
    const position = await positionBecomes(shop.partner, currencyCode, expected);
    expect(position).toEqual({ ...expected, net: amount });
  },
);

test('store and terminal of a payment are kept', async () => {
  const { partner, merchantId, ...rest } = await openShop(world);
  const requestId = 'store';
  const store = await partner.merchants.createStore({ merchantId, requestId, displayName: 'Ueno' });
  const storeId = store.store?.storeId ?? '';
  const made = await partner.merchants.createTerminal({
    merchantId,
    storeId,
    requestId,
    label: '1',
  });
  const terminalId = made.terminal?.terminalId ?? '';
  const shop = { partner, merchantId, ...rest };
  const payer = await openPayer(world);
  const request = chargeOf(world, shop, await payer.code(), 500n);
  const payment = await charge(shop, { ...request, storeId, terminalId });
  expect(payment).toMatchObject({
    state: PaymentState.SUCCEEDED,
    merchant: { merchantId, storeId, terminalId, countryCode: 'JP' },
  });
});

describe('lists', () => {
  test('pages show every payment once, newest first, and filters hold', async () => {
    const shop = await openShop(world);
    const payer = await openPayer(world);
    const made: string[] = [];
    for (let n = 1n; n <= 5n; n += 1n) {
      made.unshift((await pay(world, payer, shop, 100n * n)).paymentId);
    }
    const unknown = chargeOf(world, shop, '852101020012345678901234', 100n);
    const declined = await charge(shop, unknown);
    const all = [declined.paymentId, ...made];
    await until(
      () => idsOf(shop),
      (ids) => ids.length === all.length,
    );
    expect(await idsOf(shop)).toEqual(all);
    expect(await idsOf(shop, { state: PaymentState.DECLINED })).toEqual([declined.paymentId]);
    expect(await idsOf(shop, { state: PaymentState.SUCCEEDED })).toEqual(made);
    expect(await idsOf(shop, { merchantId: shop.merchantId })).toEqual(all);
    expect(await idsOf(shop, { merchantId: declined.paymentId })).toEqual([]);
  });
});

describe('watching', () => {
  test('a watcher that comes back with its cursor misses nothing and sees nothing twice', async () => {
    const shop = await openShop(world);
    const payer = await openPayer(world, { balanceMinor: 50_000_00n });
    const making = makeChanges(shop, payer);
    const seen: WatchPaymentsResponse[] = [];
    while (seen.length < EXPECTED_CHANGES) {
      const cursor = seen.at(-1)?.cursor ?? '';
      seen.push(...(await watch(shop, cursor, Math.min(4, EXPECTED_CHANGES - seen.length))));
    }
    const payments = await making;
    expect(seen.map(keyOf).sort()).toEqual([...new Set(seen.map(keyOf))].sort());
    const kinds = seen.map(({ kind }) => kind).sort();
    expect(kinds).toEqual([
      ...['payment.cancel_requested', 'payment.cancelled'],
      ...Array<string>(PAYMENTS).fill('payment.succeeded'),
      ...['refund.accepted', 'refund.succeeded'],
    ]);
    const succeeded = seen.filter(({ kind }) => kind === 'payment.succeeded');
    expect(succeeded.map(({ payment }) => payment?.paymentId).sort()).toEqual(
      payments.map(({ paymentId }) => paymentId).sort(),
    );
    const again = await watch(shop, '', EXPECTED_CHANGES);
    expect(again).toEqual(seen);
  });

  const PAYMENTS = 12;
  const EXPECTED_CHANGES = PAYMENTS + 4;

  async function makeChanges(shop: Shop, payer: Payer): Promise<Payment[]> {
    const amounts = Array.from({ length: PAYMENTS }, (_, n) => 100n + BigInt(n));
    const payments = await Promise.all(amounts.map((amount) => pay(world, payer, shop, amount)));
    const [first, second] = payments as [Payment, Payment];
    await refund(world, shop, first, 50n);
    const { paymentRequestId } = second;
    await shop.partner.payments.cancelPayment({ paymentRequestId });
    return payments;
  }
});

const FIRST_PAGE = { pageSize: 0, pageToken: '', merchantId: '', state: PaymentState.UNSPECIFIED };

async function idsOf(shop: Shop, filter: Partial<typeof FIRST_PAGE> = {}): Promise<string[]> {
  const ids: string[] = [];
  let pageToken = '';
  do {
    const request = { ...FIRST_PAGE, ...filter, pageSize: 2, pageToken };
    const page = await shop.partner.payments.listPayments(request);
    ids.push(...page.payments.map(({ paymentId }) => paymentId));
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return ids;
}

async function watch(shop: Shop, cursor: string, count: number): Promise<WatchPaymentsResponse[]> {
  const changes: WatchPaymentsResponse[] = [];
  const options = { timeoutMs: 20_000 };
  for await (const change of shop.partner.payments.watchPayments({ cursor }, options)) {
    changes.push(change);
    if (changes.length === count) break;
  }
  return changes;
}

function keyOf({ payment, kind, refund: refunded }: WatchPaymentsResponse): string {
  return [payment?.paymentId, kind, refunded?.refundId].join(' ');
}

/** Computes every figure of a converted payment again from the quote that it carries. */
function expectPricedByItsQuote({ payeeAmount, payerAmount, conversion }: Payment): void {
  if (payeeAmount === undefined || payerAmount === undefined || conversion === undefined) {
    throw new Error('a payment without its conversion');
  }
  expect(isPayable(payerAmount.amountMinor, payerAmount.currencyCode)).toBe(true);
  const [rate, midRate] = [parseRate(conversion.rate), parseRate(conversion.midRate)];
  const payerCurrency = payerAmount.currencyCode;
  expect(payerAmount.amountMinor).toBe(
    payerAmountFor({ payee: payeeAmount, payerCurrency, rate, rounding: 'up' }),
  );
  const payerAmountMinor = payerAmount.amountMinor;
  const parts = splitPayer({ payee: payeeAmount, payerCurrency, payerAmountMinor, rate, midRate });
  expect({
    midMinor: minor(conversion.midPart),
    markupMinor: minor(conversion.markupPart),
    residualMinor: minor(conversion.residualPart),
  }).toEqual(parts);
  expect(minor(conversion.residualPart)).toBeLessThanOrEqual(1n);
  const { midPart, markupPart, residualPart } = conversion;
  expect(minor(midPart) + minor(markupPart) + minor(residualPart)).toBe(payerAmount.amountMinor);
  expect(conversion.markupBps).toBe(markupBps(parseRate(conversion.referenceRate), rate));
  expect(conversion.referenceSource).not.toBe('');
}
