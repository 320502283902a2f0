import { compareRates, deviationBps, formatRate, parseRate } from '@causeway/money';
import { describe, expect, it } from 'vitest';
import { chanceFrom } from '../chance.ts';
import { OPINION, openBook, priceAt } from './book.ts';
import { openMarket } from './market.ts';
import { marketPairs } from './pairs.ts';
import { MARKET_WALK, step } from './walk.ts';

const STEPS = 5_000;

describe('the walk', () => {
  it('moves, stays within its bound, and comes back', () => {
    const chance = chanceFrom(7);
    let distancePpm = 0;
    const seen = Array.from({ length: STEPS }, () => {
      distancePpm = step(distancePpm, chance, MARKET_WALK);
      return distancePpm;
    });
    expect(Math.max(...seen)).toBeLessThanOrEqual(MARKET_WALK.boundPpm);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(-MARKET_WALK.boundPpm);
    expect(new Set(seen).size).toBeGreaterThan(100);
  });

  it('cannot pass the wall even when every step pushes against it', () => {
    let distancePpm = 0;
    const policy = { stepPpm: 500, boundPpm: 1_000, pullPpm: 0 };
    for (let i = 0; i < 10; i += 1) distancePpm = step(distancePpm, () => 0.999_999, policy);
    expect(distancePpm).toBe(1_000);
  });
});

describe('the market', () => {
  it('offers every currency of the main job against HKD', () => {
    const codes = marketPairs().map((pair) => pair.quoteCurrencyCode);
    const wanted = 'BHD CNY EUR GBP IDR JPY KRW MOP MYR PHP SGD THB USD'.split(' ');
    expect(codes).toEqual(expect.arrayContaining(wanted));
    expect(codes).toEqual([...new Set(codes)].sort());
  });

  it('holds the pataca at its peg', () => {
    const pair = marketPairs().find((candidate) => candidate.quoteCurrencyCode === 'MOP');
    if (pair === undefined) throw new Error('no pataca');
    expect(formatRate(pair.reference)).toBe('1.03');
    const market = openMarket([pair], chanceFrom(5));
    const book = openBook(market, [pair], usual, chanceFrom(6));
    const before = book.prices();
    market.tick();
    expect(book.prices()).toEqual(before);
    expect(priceAt(pair, 0)).toMatchObject({ bid: '1.029897', ask: '1.030103' });
  });
});

const usual = { spreadPercent: 100, opinion: OPINION };

describe('a book', () => {
  const pairs = marketPairs();

  it('keeps bid below ask and both near the reference', () => {
    const market = openMarket(pairs, chanceFrom(1));
    const book = openBook(market, pairs, usual, chanceFrom(2));
    for (let i = 0; i < 500; i += 1) {
      market.tick();
      for (const [index, { bid, ask }] of book.prices().entries()) {
        const pair = pairs[index];
        if (pair === undefined) throw new Error('a price without a pair');
        expect(compareRates(parseRate(bid), parseRate(ask))).toBe(-1);
        expect(deviationBps(parseRate(bid), pair.reference)).toBeLessThanOrEqual(50);
        expect(deviationBps(parseRate(ask), pair.reference)).toBeLessThanOrEqual(50);
      }
    }
  });

  it('is repeatable: one seed, one market', () => {
    const [a, b] = [0, 1].map(() => {
      const market = openMarket(pairs, chanceFrom(3));
      return { market, book: openBook(market, pairs, usual, chanceFrom(4)) };
    });
    for (let i = 0; i < 20; i += 1) {
      a?.market.tick();
      b?.market.tick();
      expect(a?.book.prices()).toEqual(b?.book.prices());
    }
  });

  it('is now better and now worse than another', () => {
    const market = openMarket(pairs, chanceFrom(5));
    const books = [100, 90].map((spreadPercent, at) =>
      openBook(market, pairs, { spreadPercent, opinion: OPINION }, chanceFrom(at)),
    );
    const winners = new Set<boolean>();
    for (let i = 0; i < 500; i += 1) {
      market.tick();
      const [first, second] = books.map((book) => book.prices() && book.latest('JPY')?.bid);
      winners.add(compareRates(parseRate(first ?? ''), parseRate(second ?? '')) > 0);
    }
    expect([...winners].sort()).toEqual([false, true]);
  });
});
