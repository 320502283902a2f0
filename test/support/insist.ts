import { setTimeout as sleep } from 'node:timers/promises';
import { isUnavailable } from '@causeway/callers';
import { isUnknownOutcome } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';

/** A service that is killed again and again on a busy machine may be away for longer than it is there. */
const PATIENCE_MS = 240_000;
/** Between two attempts of a client, in milliseconds. */
export const PAUSE_MS = 200;

/** Repeats a call while a service may be away, and throws its last error once the time is over. */
export async function insist<T>(call: () => Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  const giveUpAtMs = performance.now() + patienceMs;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error) || performance.now() > giveUpAtMs) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

/**
 * Rates are not fresh where no board was stored, as while the database was away; cover cannot be had
 * while settlement is.
 */
const PASSING: ReadonlySet<string> = new Set([
  'CANCEL_IN_PROGRESS',
  'COVER_UNAVAILABLE',
  'NO_FRESH_RATE',
]);

/** Whether a failure says no more than that a service is away, or may have been when it answered. */
export function isPassing(error: unknown): boolean {
  if (isUnavailable(error) || isUnknownOutcome(error)) return true;
  return error instanceof Refusal && PASSING.has(error.reason);
}
