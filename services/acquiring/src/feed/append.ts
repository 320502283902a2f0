import type { Database, Tx } from '@causeway/db';
import { failpoint } from '@causeway/runtime';
import { feedFacts } from '../metrics.ts';
import type { FeedHints } from './hints.ts';
import { type FeedEntry, newestPerPayment, type Projection } from './project.ts';
import {
  appendEntries,
  type FeedHead,
  knownFacts,
  lockHeads,
  type PlacedEntry,
  upsertPayments,
} from './store.ts';

/**
 * Takes a batch of facts into the partners' feeds and payments, in one commit. A fact that is
 * there already changes nothing, and an older one never replaces a newer.
 *
 * Places are given out under the lock of each partner's head, held until commit: whoever sees a
 * place sees all before it, so a cursor skips nothing.
 */
export async function appendFacts(
  { db, hints }: { db: Database; hints: FeedHints },
  projections: readonly Projection[],
): Promise<void> {
  const placed = await db.transaction(async (tx) => {
    const entries = await place(
      tx,
      projections.map(({ entry }) => entry),
    );
    if (entries.length > 0) await appendEntries(tx, entries);
    await upsertPayments(tx, newestPerPayment(projections.map(({ snapshot }) => snapshot)));
    await failpoint('acquiring.feed.before_commit');
    return entries;
  });
  await failpoint('acquiring.feed.committed');
  feedFacts.add(placed.length, { new: true });
  feedFacts.add(projections.length - placed.length, { new: false });
  for (const partnerId of new Set(placed.map((entry) => entry.partnerId))) hints.tell(partnerId);
}

async function place(tx: Tx, entries: readonly FeedEntry[]): Promise<PlacedEntry[]> {
  const partners = new Map(entries.map((entry) => [entry.partnerId, entry]));
  const heads = await lockHeads(tx, [...partners.values()]);
  return placesFor(entries, heads, await knownFacts(tx, entries));
}

/** Gives each new fact the next place of its partner, in the order in which they came. */
function placesFor(
  entries: readonly FeedEntry[],
  heads: readonly FeedHead[],
  known: ReadonlySet<string>,
): PlacedEntry[] {
  const latest = new Map(heads.map(({ partnerId, latestSeq }) => [partnerId, latestSeq]));
  const taken = new Set(known);
  const placed: PlacedEntry[] = [];
  for (const entry of entries) {
    if (taken.has(entry.factId)) continue;
    taken.add(entry.factId);
    const seq = (latest.get(entry.partnerId) ?? 0n) + 1n;
    latest.set(entry.partnerId, seq);
    placed.push({ ...entry, seq });
  }
  return placed;
}
