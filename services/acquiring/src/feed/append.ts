import type { Database } from '@causeway/db';
import { failpoint } from '@causeway/runtime';
import { feedFacts } from '../metrics.ts';
import type { FeedHints } from './hints.ts';
import type { Projection } from './project.ts';
import { type TakenFact, takeIn } from './store.ts';

/** What takes facts in. */
export interface FeedDeps {
  db: Database;
  hints: FeedHints;
}

/**
 * Takes a batch of facts into the partners' feeds and payments, in one commit. A fact that is
 * there already changes nothing, and an older one never replaces a newer.
 */
export async function appendFacts(
  { db, hints }: FeedDeps,
  projections: readonly Projection[],
): Promise<void> {
  const facts = new Map<string, TakenFact>();
  for (const { entry, snapshot } of projections) {
    if (!facts.has(entry.factId)) facts.set(entry.factId, { ...snapshot, ...entry });
  }
  await failpoint('acquiring.feed.before_commit');
  const grown = await takeIn(db, [...facts.values()]);
  await failpoint('acquiring.feed.committed');
  const isNew = grown.reduce((sum, { count }) => sum + count, 0);
  feedFacts.add(isNew, { new: true });
  feedFacts.add(projections.length - isNew, { new: false });
  for (const { partnerId } of grown) hints.tell(partnerId);
}
