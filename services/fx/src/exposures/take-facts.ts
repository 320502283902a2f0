import type { Queryable } from '@causeway/db';
import { failpoint } from '@causeway/runtime';
import { metrics } from '../metrics.ts';
import { effectOf } from './effect.ts';
import { takeIn } from './store.ts';

/**
 * Moves the positions by a batch of facts, in one commit, in any order and however often they
 * come. Throws where one of them cannot be read; the consumer then finds out which, and parks it.
 */
export async function takeFacts(
  db: Queryable,
  facts: readonly { payload: Uint8Array }[],
): Promise<void> {
  const effects = facts.flatMap(({ payload }) => effectOf(payload) ?? []);
  if (effects.length === 0) return;
  const taken = await takeIn(db, effects);
  await failpoint('fx.exposure.committed');
  metrics.exposureFacts.add(taken, { new: true });
  metrics.exposureFacts.add(effects.length - taken, { new: false });
}
