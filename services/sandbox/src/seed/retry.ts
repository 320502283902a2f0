import { isUnavailable } from '@causeway/callers';
import type { Runtime } from '@causeway/runtime';

const PAUSE_MS = 250;

/**
 * Repeats `work` for as long as a service is not there yet, at most until `patienceMs` have
 * passed; then throws what the last attempt threw. Any other error is thrown at once.
 * `work` must be idempotent.
 */
export async function untilServicesAreUp(
  runtime: Runtime,
  patienceMs: number,
  work: () => Promise<void>,
): Promise<void> {
  const giveUpAtMs = runtime.clock.monotonicMs() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isUnavailable(error) || runtime.clock.monotonicMs() >= giveUpAtMs) throw error;
      runtime.log.debug({ err: error }, 'waiting for a service');
    }
    await runtime.timers.sleep(PAUSE_MS);
  }
}
