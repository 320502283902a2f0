import { compareRates, parseRate } from '@causeway/money';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fixture, SOUND_PRICES, TIMING } from '../fx.fixture.ts';
import { type Board, boardIdOf, makeBoard } from './board.ts';
import { decodeBoard, encodeBoard } from './encode.ts';
import { gridStartMs } from './grid.ts';
import { LiveBoards } from './live-boards.ts';

function boardAt(gridMs: number, jpyRate: number): Board {
  const rateText = `20.${jpyRate}`;
  const rate = parseRate(rateText);
  const reference = { rate, text: rateText, source: 'ECB 2026-04-13' };
  const terms = { rate, rateText, midRate: rate, midText: rateText, reference, markupBps: 0 };
  return {
    boardId: boardIdOf('fx', 'HKD', gridMs),
    payerCurrency: 'HKD',
    publishedAtMs: gridMs,
    showUntilMs: gridMs + TIMING.showMs,
    guaranteeUntilMs: gridMs + TIMING.showMs + TIMING.guaranteeMs,
    entries: new Map([['JPY', terms]]),
    offers: new Map(),
  };
}

it('answers the best promise that still holds, whatever came in what order', () => {
  const boards = fc
    .array(fc.record({ slot: fc.nat(40), rate: fc.integer({ min: 10, max: 40 }) }), {
      minLength: 1,
    })
    .map((drawn) => [...new Map(drawn.map((one) => [one.slot, one])).values()]);
  fc.assert(
    fc.property(boards, fc.nat(300_000), fc.nat(3), (drawn, nowMs, chunks) => {
      const all = drawn.map(({ slot, rate }) => boardAt(slot * TIMING.periodMs, rate));
      const live = new LiveBoards();
      const cut = Math.floor(all.length / (chunks + 1));
      live.add(all.slice(0, cut), 0);
      live.add(all.slice(cut), Math.min(nowMs, 100_000));
      const best = all
        .filter(({ guaranteeUntilMs }) => nowMs < guaranteeUntilMs)
        .map(({ entries }) => entries.get('JPY'))
        .reduce((a, b) => (a && b && compareRates(a.rate, b.rate) > 0 ? a : (b ?? a)), undefined);
      expect(live.best('HKD-JPY', nowMs)?.terms.rateText).toBe(best?.rateText);
    }),
  );
});

it('shows only a board that may still be shown, and keeps it while it is guaranteed', () => {
  const live = new LiveBoards();
  live.add([boardAt(5_000, 12), boardAt(0, 11)], 5_000);
  expect(live.shown('HKD', 14_999)?.publishedAtMs).toBe(5_000);
  expect(live.shown('HKD', 15_000)).toBeUndefined();
  expect(live.shown('JPY', 5_000)).toBeUndefined();
  live.add([], 89_999);
  expect(live.ids()).toHaveLength(1);
  expect(live.best('HKD-JPY', 89_999)?.terms.rateText).toBe('20.12');
  live.add([], 90_000);
  expect(live.ids()).toEqual([]);
  expect(live.best('HKD-JPY', 90_000)).toBeUndefined();
});

it('makes one board per grid start, with an entry for what is fresh, and keeps it whole', async () => {
  const { publish, market, list, runtime } = fixture();
  const make = () => {
    const nowMs = runtime.clock.nowMs();
    const gridMs = gridStartMs(nowMs, TIMING.periodMs);
    return makeBoard(market, list, TIMING, {
      instance: 'fx',
      payerCurrency: 'HKD',
      gridMs,
      nowMs,
    });
  };
  publish('lp', ...SOUND_PRICES);
  const board = make();
  if (board === undefined) throw new Error('no board');
  const codes = [...board.entries.keys()];
  const priced = 'BHD CNY EUR GBP IDR JPY KRW MOP MYR PHP SGD THB USD'.split(' ');
  expect(codes).toEqual(expect.arrayContaining(priced));
  expect(codes).toEqual([...codes].sort());
  const entry = board.entries.get('JPY');
  expect(entry).toMatchObject({ midText: '20.4085', markupBps: 80, rateText: '20.2465277' });
  await runtime.advance(4_000);
  expect(make()?.boardId).toBe(board.boardId);
  await runtime.advance(1_000);
  expect(make()?.boardId).not.toBe(board.boardId);
  expect(decodeBoard(encodeBoard(board))).toEqual(board);
  expect(board.offers.get('JPY')).toEqual([{ providerId: 'lp', rate: '20.404' }]);
  expect(encodeBoard(board).length).toBeLessThan(1_200);
  await runtime.advance(20_000);
  const onlyPegged = [...(make()?.entries.keys() ?? [])];
  expect(onlyPegged).toContain('MOP');
  expect(onlyPegged).not.toContain('JPY');
});

it('keeps what every provider offered, the one that made the middle first', () => {
  const { publish, market, list, runtime } = fixture();
  publish('lp', 'HKD/JPY 20.404 20.413');
  publish('rival', 'HKD/JPY 20.406 20.411');
  const nowMs = runtime.clock.nowMs();
  const board = { instance: 'fx', payerCurrency: 'HKD', gridMs: nowMs, nowMs };
  expect(makeBoard(market, list, TIMING, board)?.offers.get('JPY')).toEqual([
    { providerId: 'rival', rate: '20.406' },
    { providerId: 'lp', rate: '20.404' },
  ]);
});
