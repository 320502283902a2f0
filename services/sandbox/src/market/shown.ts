import { type Caller, isUnavailable } from '@causeway/callers';
import { Refusal, type Runtime } from '@causeway/runtime';
import { BASE_CURRENCY_CODE, type MarketPair } from './pairs.ts';

const PAUSE_MS = 100;

/**
 * Waits until fx shows a board with every pair of the market. A board that came out before the
 * first prices has only the pegged ones; a code made with it promises nothing in the other
 * currencies, so payments in them would be declined. Where everything is stopped, as after a restore,
 * no board is shown before an operator lifts that, and none is waited for. Throws when `patienceMs`
 * have passed.
 */
export async function untilEveryPairIsShown(
  runtime: Runtime,
  provider: Pick<Caller, 'fx'>,
  pairs: readonly MarketPair[],
  patienceMs: number,
): Promise<void> {
  const giveUpAtMs = runtime.clock.monotonicMs() + patienceMs;
  for (;;) {
    const shown = await shownCodes(provider);
    if (shown === 'stopped') return;
    const missing = pairs.map((pair) => pair.quoteCurrencyCode).filter((code) => !shown.has(code));
    if (missing.length === 0) return;
    if (runtime.clock.monotonicMs() >= giveUpAtMs) {
      throw new Error(`fx shows no rate of ${missing.join(', ')}: its log says what it refused`);
    }
    await runtime.timers.sleep(PAUSE_MS);
  }
}

async function shownCodes({ fx }: Pick<Caller, 'fx'>): Promise<Set<string> | 'stopped'> {
  try {
    const newest = { payerCurrencyCode: BASE_CURRENCY_CODE, rateBoardId: '' };
    const { rateBoard } = await fx.getRateBoard(newest);
    return new Set(rateBoard?.entries.map((entry) => entry.payeeCurrencyCode));
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'PRICING_STOPPED') return 'stopped';
    const isTooEarly = error instanceof Refusal && error.reason === 'NO_FRESH_RATE';
    if (isTooEarly || isUnavailable(error)) return new Set();
    throw error;
  }
}
