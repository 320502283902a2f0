import { compareRates, deviationBps, parseRate } from '@causeway/money';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fixture } from '../fx.fixture.ts';
import type { SourcePrice } from '../sources/price.ts';
import { PriceBook } from '../sources/price-book.ts';
import { buysBackAt, offersOf } from './offers.ts';

const NOW_MS = 1_000;

/** A price of HKD/JPY in hundredths, or of JPY/HKD in millionths where it is the other way round. */
function price(sourceId: string, bid: string, ask: string, change: Partial<SourcePrice> = {}) {
  const mid = (Number(bid) + Number(ask)) / 2;
  return {
    ...{ sourceId, kind: 'provider' as const, base: 'HKD', quote: 'JPY' },
    ...{ bid: parseRate(bid), ask: parseRate(ask), mid: parseRate(String(mid), 'half_even') },
    ...{ observedAtMs: 0, freshUntilMs: NOW_MS + 1 },
    ...change,
  };
}

function bookOf(...prices: SourcePrice[]): PriceBook {
  const book = new PriceBook();
  for (const each of prices) book.put(each);
  return book;
}

const namesOf = (book: PriceBook, distanceBps = 60) =>
  offersOf(book, 'HKD', 'JPY', NOW_MS, distanceBps).map(({ providerId }) => providerId);

it('what can be executed wins, not the better middle', () => {
  const wide = price('wide', '20.00', '20.60');
  const narrow = price('narrow', '20.20', '20.30');
  expect(namesOf(bookOf(wide, narrow), 500)).toEqual(['narrow', 'wide']);
});

it('compares prices quoted either way round, and only fresh ones of providers', () => {
  const inverse = { base: 'JPY', quote: 'HKD' };
  const book = bookOf(
    price('straight', '20.20', '20.30'),
    price('inverse', '0.0492', '0.0494', inverse),
    price('stale', '29', '29', { freshUntilMs: NOW_MS }),
    price('peg', '29', '29', { kind: 'peg' }),
  );
  expect(namesOf(book)).toEqual(['inverse', 'straight']);
  const [best] = offersOf(book, 'HKD', 'JPY', NOW_MS, 60);
  // One over the ask, cut down; bought back at one over the bid, cut up.
  expect(best?.sells).toEqual(parseRate('20.2429149797'));
  expect(best && buysBackAt(best, 'HKD')).toEqual(parseRate('20.3252032521'));
});

it('of two that disagree too far the one that is better for the switch is out', () => {
  const book = bookOf(price('low', '20.20', '20.22'), price('high', '20.50', '20.52'));
  expect(namesOf(book, 60)).toEqual(['low', 'high']);
  expect(namesOf(book, 200)).toEqual(['high', 'low']);
});

it('an outlier never wins, and of the others nobody sells better than the winner', () => {
  const quotes = fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      middle: fc.integer({ min: 1_900, max: 2_100 }),
      spread: fc.integer({ min: 0, max: 20 }),
    }),
    { minLength: 1, selector: ({ name }) => name },
  );
  fc.assert(
    fc.property(quotes, fc.integer({ min: 0, max: 300 }), (drawn, distanceBps) => {
      const prices = drawn.map(({ name, middle, spread }) =>
        price(name, ((middle - spread) / 100).toFixed(2), ((middle + spread) / 100).toFixed(2)),
      );
      const offers = offersOf(bookOf(...prices), 'HKD', 'JPY', NOW_MS, distanceBps);
      const [winner] = offers;
      if (winner === undefined) throw new Error('nobody won');
      const middles = offers.map(({ middle }) => middle).sort(compareRates);
      const median = middles[(middles.length - 1) >> 1] ?? winner.middle;
      expect(deviationBps(winner.middle, median)).toBeLessThanOrEqual(distanceBps);
      for (const other of offers.filter(({ plausible }) => plausible)) {
        expect(compareRates(other.sells, winner.sells)).toBeLessThanOrEqual(0);
      }
      const turned = offersOf(bookOf(...prices.reverse()), 'HKD', 'JPY', NOW_MS, distanceBps);
      expect(turned.map(({ providerId }) => providerId)).toEqual(
        offers.map(({ providerId }) => providerId),
      );
    }),
  );
});

it('a crossed pair has no offers of its own', () => {
  const { publish, market, runtime } = fixture();
  publish('lp', 'HKD/JPY 20.40 20.42', 'HKD/THB 4.12 4.13');
  expect(market.midOf('THB-JPY', runtime.clock.nowMs())?.offers).toEqual([]);
  expect(market.midOf('HKD-JPY', runtime.clock.nowMs())?.offers).toHaveLength(1);
});
