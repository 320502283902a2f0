import { isUnavailable, OutcomeUnknown } from '@causeway/db';
import { Refusal } from '@causeway/runtime';
import type { PartnerLimit } from './partner-limit.ts';

const RETRY_AFTER_MS = 500;

/** Carries one call of a partner, or of a wallet operator, to the tables of this service. */
export type AskOwnTables = <Answer>(
  callerId: string,
  work: () => Promise<Answer>,
) => Promise<Answer>;

/**
 * Bounds what one caller has under way on this service's own tables: they are behind few
 * connections, and one that asks for a thousand pages at once must find its own calls in
 * its way and not keep the others, or the feed, from theirs. Throws OVERLOADED, and what `reached`
 * throws.
 */
export function ownTables(underWay: PartnerLimit): AskOwnTables {
  return async (callerId, work) => {
    underWay.take(callerId);
    try {
      return await reached(work);
    } finally {
      underWay.giveBack(callerId);
    }
  };
}

/**
 * What the work on this service's own tables answers. Throws DEPENDENCY_UNAVAILABLE where the
 * database cannot be reached, or was lost before it answered: every call has a key or only reads,
 * so its caller simply repeats it.
 */
export async function reached<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!isUnavailable(error) && !(error instanceof OutcomeUnknown)) throw error;
    throw new Refusal('DEPENDENCY_UNAVAILABLE', 'no answer in time: repeat the same call', {
      retryAfterMs: RETRY_AFTER_MS,
      cause: error,
    });
  }
}
