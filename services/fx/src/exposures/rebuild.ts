import type { Database } from '@causeway/db';
import type { RebuildProjectionsResponse } from '@causeway/proto/common';
import type { ListFactsResponse } from '@causeway/proto/routing';
import { effectOf } from './effect.ts';
import { putPositionsRight, takeIn } from './store.ts';

/**
 * Makes open positions right again from all of routing's facts: effects that are missing are taken in,
 * then each position is the sum of its effects less its executed trades.
 */
export async function* rebuildExposures(
  db: Database,
  pages: AsyncIterable<ListFactsResponse>,
): AsyncGenerator<RebuildProjectionsResponse> {
  let facts = 0n;
  let repaired = 0n;
  for await (const { payloads } of pages) {
    const effects = payloads.flatMap((payload) => effectOf(payload) ?? []);
    facts += BigInt(payloads.length);
    if (effects.length > 0) repaired += BigInt(await takeIn(db, effects));
    yield { factCount: facts, repairedCount: repaired, done: false };
  }
  repaired += BigInt(await db.transaction((tx) => putPositionsRight(tx)));
  yield { factCount: facts, repairedCount: repaired, done: true };
}
