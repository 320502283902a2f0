import { parseRate, payerAmountFor } from '@causeway/money';
import type { Payment } from '@causeway/proto/common';
import { type CoverTrade, CoverTradeState } from '@causeway/proto/fx';
import { beforeAll, expect, test } from 'vitest';
import {
  minor,
  openPayer,
  openShop,
  openWorld,
  type Payer,
  pay,
  refund,
  type Shop,
  until,
} from './support/index.ts';

const world = openWorld();
/** The sandbox has a low limit for this pair, and no other test pays in its currency. */
const PAIR = { payerCurrencyCode: 'HKD', payeeCurrencyCode: 'PHP' };
const PESOS = 2_600_00n;

let shop: Shop;
let payer: Payer;
beforeAll(async () => {
  [shop, payer] = await Promise.all([
    openShop(world, { countryCode: 'PH', currencyCode: PAIR.payeeCurrencyCode }),
    openPayer(world),
  ]);
});

const positionNow = async () => {
  const { exposures } = await world.ops.treasury.listExposures({});
  return exposures.find(({ pair }) => pair?.payeeCurrencyCode === PAIR.payeeCurrencyCode);
};

async function executedTrades(): Promise<CoverTrade[]> {
  const page = { pageSize: 500, pageToken: '' };
  const { trades } = await world.ops.treasury.listCoverTrades(page);
  const isOurs = ({ pair }: CoverTrade) => pair?.payeeCurrencyCode === PAIR.payeeCurrencyCode;
  return trades.filter((one) => isOurs(one) && one.state === CoverTradeState.EXECUTED);
}

/** Lets something open the position, and answers the trades of that which covered it. */
async function coveredBy(open: () => Promise<unknown>): Promise<CoverTrade[]> {
  const before = new Set((await executedTrades()).map(({ tradeId }) => tradeId));
  const realisedBefore = minor((await positionNow())?.realised);
  await open();
  const trades = await until(
    async () => (await executedTrades()).filter(({ tradeId }) => !before.has(tradeId)),
    (found) => found.length > 0,
  );
  const gained = trades.reduce((sum, { realised }) => sum + minor(realised), 0n);
  expect(minor((await positionNow())?.realised)).toBe(realisedBefore + gained);
  return trades;
}

/** That a trade cost, or brought, what its rate says, and gained the rest. */
function expectExact({ payeeAmount, payerAmount, bookedAmount, realised, rate }: CoverTrade) {
  const size = minor(payeeAmount);
  const buys = size > 0n;
  const paid = payerAmountFor({
    payee: { currencyCode: PAIR.payeeCurrencyCode, amountMinor: buys ? size : -size },
    payerCurrency: PAIR.payerCurrencyCode,
    rate: parseRate(rate),
    rounding: buys ? 'up' : 'down',
  });
  expect(minor(payerAmount)).toBe(buys ? paid : -paid);
  expect(minor(realised)).toBe(minor(bookedAmount) - minor(payerAmount));
}

test('past its limit a position is bought, and sold again when it was given back', async () => {
  const limit = 500_00n;
  const payments: Payment[] = [];
  const bought = await coveredBy(async () => {
    for (let nth = 0; nth < 2; nth += 1) payments.push(await pay(world, payer, shop, PESOS));
  });
  for (const trade of bought) {
    expectExact(trade);
    expect(minor(trade.payeeAmount)).toBeGreaterThan(0n);
    expect(['lp-harbour', 'lp-island']).toContain(trade.providerId);
  }
  const open = await positionNow();
  expect(minor(open?.limit)).toBe(limit);
  expect(minor(open?.payerOpen)).toBeLessThanOrEqual(limit);

  const sold = await coveredBy(async () => {
    for (const payment of payments) await refund(world, shop, payment, PESOS);
  });
  for (const trade of sold) {
    expectExact(trade);
    expect(minor(trade.payeeAmount)).toBeLessThan(0n);
  }
  expect(minor((await positionNow())?.payerOpen)).toBeGreaterThanOrEqual(-limit);
  expect(await payer.balance()).toBe(10_000_00n);
});
