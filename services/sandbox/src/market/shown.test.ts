import type { Caller } from '@causeway/callers';
import { Refusal } from '@causeway/runtime';
import { manualRuntime } from '@causeway/runtime/testing';
import { describe, expect, it } from 'vitest';
import { marketPairs } from './pairs.ts';
import { untilEveryPairIsShown } from './shown.ts';

const PAIRS = marketPairs();
const CODES = PAIRS.map((pair) => pair.quoteCurrencyCode);
const PATIENCE_MS = 1_000;

/** An fx whose board has these currencies; none at all where there is no board. */
function fxShowing(board: { codes?: readonly string[] }): Pick<Caller, 'fx'> {
  const getRateBoard = async () => {
    if (board.codes === undefined) throw new Refusal('NO_FRESH_RATE', 'no board');
    return {
      rateBoard: { entries: board.codes.map((payeeCurrencyCode) => ({ payeeCurrencyCode })) },
    };
  };
  return { fx: { getRateBoard } } as unknown as Pick<Caller, 'fx'>;
}

describe('the wait for a whole board', () => {
  it('passes over no board and one of the pegged pair alone', async () => {
    const runtime = manualRuntime();
    const board: { codes?: readonly string[] } = {};
    let isOver = false;
    const waiting = untilEveryPairIsShown(runtime, fxShowing(board), PAIRS, PATIENCE_MS);
    waiting.then(() => (isOver = true));
    await runtime.advance(200);
    board.codes = ['MOP'];
    await runtime.advance(200);
    expect(isOver).toBe(false);
    board.codes = CODES;
    await runtime.advance(200);
    expect(isOver).toBe(true);
  });

  it('names what never came', async () => {
    const runtime = manualRuntime();
    const without = CODES.filter((code) => code !== 'JPY');
    const waiting = untilEveryPairIsShown(
      runtime,
      fxShowing({ codes: without }),
      PAIRS,
      PATIENCE_MS,
    );
    const failed = expect(waiting).rejects.toThrow('no rate of JPY');
    await runtime.advance(PATIENCE_MS + 200);
    await failed;
  });

  it('ends where everything is stopped, since no board comes before an operator lifts that', async () => {
    const getRateBoard = () => Promise.reject(new Refusal('PRICING_STOPPED', 'stopped'));
    const stopped = { fx: { getRateBoard } } as unknown as Pick<Caller, 'fx'>;
    await untilEveryPairIsShown(manualRuntime(), stopped, PAIRS, PATIENCE_MS);
  });
});
