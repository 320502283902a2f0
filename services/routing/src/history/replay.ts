import type { Database } from '@causeway/db';
import { type FactKey, type Publisher, replay } from '@causeway/events';
import { factPages } from './store.ts';

/** What a replay works with. */
export interface ReplayDeps {
  db: Database;
  publisher: Pick<Publisher, 'notify'>;
}

/**
 * Queues the facts from a moment on, or all, for publication once more. Yields how many there
 * were so far, page by page; it ends early where nobody listens any more.
 */
export async function* replayFacts(
  { db, publisher }: ReplayDeps,
  fromTime: Date | undefined,
  signal: AbortSignal,
): AsyncGenerator<{ queuedCount: bigint }> {
  for await (const count of replay(db, pagesFrom(db, fromTime))) {
    publisher.notify();
    yield { queuedCount: BigInt(count) };
    if (signal.aborted) return;
  }
}

/** The time is asked of each row: an index only for this would cost every payment. */
async function* pagesFrom(
  db: Database,
  fromTime: Date | undefined,
): AsyncGenerator<readonly FactKey[]> {
  for await (const page of factPages(db)) {
    yield page.filter(({ occurredAt }) => !fromTime || occurredAt >= fromTime);
  }
}
