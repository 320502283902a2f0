import { uuidFrom } from '@causeway/runtime';
import { describe, expect, it } from 'vitest';
import type { Book } from '../market/book.ts';
import { LiquidityDesk } from './desk.ts';

const YEN = { baseCurrencyCode: 'HKD', quoteCurrencyCode: 'JPY', bid: '20.3', ask: '20.5' };
const book: Book = { prices: () => [YEN], latest: (code) => (code === 'JPY' ? YEN : undefined) };
const trade = (amountMinor: bigint, limitRate: string, currencyCode = 'JPY') => ({
  tradeId: uuidFrom('test', String(amountMinor), limitRate, currencyCode),
  pair: { payerCurrencyCode: 'HKD', payeeCurrencyCode: currencyCode },
  payeeAmount: { currencyCode, amountMinor },
  limitRate,
});
const hkd = (amountMinor: bigint) => ({ currencyCode: 'HKD', amountMinor });

describe('a liquidity desk', () => {
  const desk = new LiquidityDesk(book);

  it('sells yen at its bid for a dollar, and buys them back at its ask', () => {
    expect(desk.execute(trade(1_000_000n, '20.2'))).toEqual({
      ...{ executed: true, rate: '20.3', refusal: '' },
      payerAmount: hkd(49_261_09n),
    });
    expect(desk.execute(trade(-1_000_000n, '20.6'))).toEqual({
      ...{ executed: true, rate: '20.5', refusal: '' },
      payerAmount: hkd(-48_780_48n),
    });
  });

  it('refuses for ever what its price does not allow', () => {
    const tooDear = trade(1_000n, '20.31');
    expect(desk.execute(tooDear)).toMatchObject({ executed: false, refusal: 'the price is 20.3' });
    expect(desk.execute({ ...tooDear, limitRate: '1' })).toMatchObject({ executed: false });
    expect(desk.execute(trade(-1_000n, '20.4'))).toMatchObject({ executed: false });
  });

  it('refuses pairs that it does not make and amounts of nothing', () => {
    expect(desk.execute(trade(1_000n, '1', 'XAU'))).toMatchObject({ executed: false });
    expect(desk.execute(trade(0n, '1'))).toMatchObject({ executed: false });
  });

  it('answers a repeat what the first was answered', () => {
    const once = trade(5_000n, '20');
    expect(desk.execute(once)).toBe(desk.execute({ ...once, limitRate: '30' }));
  });
});
