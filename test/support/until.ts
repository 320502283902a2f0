import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;
const PATIENCE_MS = 20_000;

/**
 * Asks again until the answer is right or the time is over, and answers what came last, so that
 * the expectation that follows shows what was wrong with it.
 */
export async function until<T>(
  ask: () => Promise<T>,
  isRight: (answer: T) => boolean,
  { patienceMs = PATIENCE_MS } = {},
): Promise<T> {
  const giveUpAtMs = performance.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (isRight(answer) || performance.now() > giveUpAtMs) return answer;
    await sleep(POLL_MS);
  }
}
