import { isUnavailable } from '@causeway/db';
import { Refusal } from '@causeway/runtime';
import type { Reason } from '../errors.ts';

const RETRY_AFTER_MS = 500;

/**
 * Runs what needs the database. Where it cannot be reached, nothing was committed and the caller
 * may come back: a Refusal DEPENDENCY_UNAVAILABLE. A lost COMMIT is no refusal, since nobody
 * knows: it goes on as an error, and the caller repeats the call under the same key.
 */
export async function whileReachable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    throw new Refusal<Reason>('DEPENDENCY_UNAVAILABLE', 'the database cannot be reached', {
      retryAfterMs: RETRY_AFTER_MS,
      cause: error,
    });
  }
}
