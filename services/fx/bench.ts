/**
 * How many quotes one process makes per second, as a ratio to making the quote's id alone, which
 * is one SHA-256 over its payment's id. The two take turns, so that whatever else the machine
 * does slows both alike; the median of the rounds is shown.
 *
 *   npm run bench -w services/fx
 */
import { systemRuntime, uuidFrom } from '@causeway/runtime';
import { makeBoard } from './src/boards/board.ts';
import { fixture, SOUND_PRICES, TIMING } from './src/fx.fixture.ts';
import { createQuote } from './src/quotes/create-quote.ts';

const ROUNDS = 9;
const PER_ROUND = 100_000;

const { clock } = systemRuntime({ service: 'fx-bench' });

const world = fixture();
world.publish('lp', ...SOUND_PRICES);
const nowMs = world.runtime.clock.nowMs();
for (let board = 0; board < 17; board += 1) {
  const gridMs = nowMs - board * TIMING.periodMs;
  const how = { instance: 'fx', payerCurrency: 'HKD', gridMs, nowMs };
  world.live.add(
    [makeBoard(world.market, world.list, TIMING, how)].flatMap((b) => b ?? []),
    nowMs,
  );
}

const pair = { from: 'HKD', to: 'JPY' };
const quote = (n: number) =>
  createQuote(world.quotes, {
    pair,
    fixed: { side: 'payee', amountMinor: 1_000n + BigInt(n) },
    paymentId: `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`,
    payeeCountryCode: 'JP',
    honourShownBoards: true,
  });
const id = (n: number) =>
  uuidFrom('quote', `00000000-0000-8000-8000-${String(n).padStart(12, '0')}`);

function perSecond(make: (n: number) => unknown): number {
  const startedMs = clock.monotonicMs();
  for (let n = 0; n < PER_ROUND; n += 1) make(n);
  return PER_ROUND / ((clock.monotonicMs() - startedMs) / 1000);
}

const rounds = Array.from({ length: ROUNDS }, () => {
  const quotes = perSecond(quote);
  return { quotes, ratio: quotes / perSecond(id) };
});
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
process.stdout.write(
  `${Math.round(median(rounds.map(({ quotes }) => quotes)))} quotes/s, ` +
    `${Math.round(100 * median(rounds.map(({ ratio }) => ratio)))} % of making the id alone\n`,
);
