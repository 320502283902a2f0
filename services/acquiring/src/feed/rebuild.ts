import type { RebuildProjectionsResponse } from '@causeway/proto/common';
import type { ListFactsResponse } from '@causeway/proto/routing';
import type { FeedDeps } from './append.ts';
import { type PartnerPayment, projectionOf } from './project.ts';
import { putRight, takeIn } from './store.ts';

/**
 * Makes lists and feeds right again from all of routing's facts: lines that are missing are added at
 * the end of their feeds, and each payment is what its latest fact says. Nothing is taken away, and
 * no payment goes back to an earlier version meanwhile.
 */
export async function* rebuildFeed(
  { db, hints }: FeedDeps,
  pages: AsyncIterable<ListFactsResponse>,
): AsyncGenerator<RebuildProjectionsResponse> {
  let facts = 0n;
  let repaired = 0n;
  for await (const { payloads } of pages) {
    const projections = payloads.map(projectionOf);
    facts += BigInt(projections.length);
    const newest = new Map<string, PartnerPayment>();
    // Facts come in the order of their versions.
    for (const { snapshot } of projections) newest.set(snapshot.paymentId, snapshot);
    repaired += BigInt(await putRight(db, [...newest.values()]));
    const grown = await takeIn(
      db,
      projections.map(({ entry, snapshot }) => ({ ...snapshot, ...entry })),
    );
    for (const { partnerId, count } of grown) {
      repaired += BigInt(count);
      hints.tell(partnerId);
    }
    yield { factCount: facts, repairedCount: repaired, done: false };
  }
  yield { factCount: facts, repairedCount: repaired, done: true };
}
