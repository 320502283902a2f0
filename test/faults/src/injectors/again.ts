import { setTimeout as sleep } from 'node:timers/promises';

/** Acts again and again, with a pause in between, for a time; answers the sum of what it answered. */
export async function again(
  { forMs, everyMs }: { forMs: number; everyMs: number },
  act: () => Promise<number>,
): Promise<number> {
  const endMs = performance.now() + forMs;
  let sum = 0;
  while (performance.now() < endMs) {
    sum += await act();
    await sleep(everyMs);
  }
  return sum;
}
