import type { PairKey } from '../pairs.ts';
import { pairKey } from '../pairs.ts';
import type { Market, Mid } from './market.ts';

/**
 * The middle of each pair now, where it has one, and again whenever it changes, until the signal
 * fires. Only the latest of a pair waits to be taken: a slow reader skips, and grows nothing.
 */
export async function* watchRates(
  market: Market,
  keys: ReadonlySet<PairKey>,
  nowMs: number,
  signal: AbortSignal,
): AsyncGenerator<Mid> {
  const waiting = new Map<PairKey, Mid>();
  let wake = () => {};
  const offer = (changed: readonly Mid[]) => {
    for (const mid of changed) {
      const key = pairKey(mid.from, mid.to);
      if (keys.has(key)) waiting.set(key, mid);
    }
    if (waiting.size > 0) wake();
  };
  const stopListening = market.onChange(offer);
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    offer([...keys].flatMap((key) => market.midOf(key, nowMs) ?? []));
    while (!signal.aborted) {
      const [first] = waiting;
      if (first !== undefined) {
        waiting.delete(first[0]);
        yield first[1];
        continue;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    stopListening();
    signal.removeEventListener('abort', onAbort);
  }
}
