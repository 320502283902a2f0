import { type Fact, type Nats, type RunningConsumer, startConsumer } from '@causeway/events';
import type { Runtime } from '@causeway/runtime';
import { appendFacts, type FeedDeps } from './feed/append.ts';
import { projectionOf } from './feed/project.ts';

/** The name of the consumer that keeps lists and feeds. */
export const FEED_CONSUMER = 'acquiring-feed';

/** Takes routing's facts into the partners' feeds; all replicas share one durable consumer. */
export function followFacts(options: FeedDeps & { nats: Nats; runtime: Runtime }): RunningConsumer {
  const { db, nats, runtime, hints } = options;
  return startConsumer({
    ...{ db, nats, runtime },
    stream: 'CAUSEWAY_ROUTING',
    durable: FEED_CONSUMER,
    subjects: ['causeway.routing.payment.*.v1'],
    ...{ maxBatch: 1_000, gatherMs: 50 },
    handle: (facts) => takeFacts({ db, hints }, facts),
  });
}

/** Takes facts into lists and feeds in one commit, in any order and however often they come. */
export async function takeFacts(deps: FeedDeps, facts: readonly Fact[]): Promise<void> {
  await appendFacts(
    deps,
    facts.map(({ payload }) => projectionOf(payload)),
  );
}
