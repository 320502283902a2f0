import type { Database } from '@causeway/db';
import { type Nats, type RunningConsumer, startConsumer } from '@causeway/events';
import type { Runtime } from '@causeway/runtime';
import { appendFacts } from './feed/append.ts';
import type { FeedHints } from './feed/hints.ts';
import { projectionOf } from './feed/project.ts';

/** Takes routing's facts into the partners' feeds; all replicas share one durable consumer. */
export function followFacts(options: {
  db: Database;
  nats: Nats;
  runtime: Runtime;
  hints: FeedHints;
}): RunningConsumer {
  const { db, nats, runtime, hints } = options;
  return startConsumer({
    ...{ db, nats, runtime },
    stream: 'CAUSEWAY_ROUTING',
    durable: 'acquiring-feed',
    subjects: ['causeway.routing.payment.*.v1'],
    ...{ maxBatch: 1_000, gatherMs: 50 },
    handle: (facts) =>
      appendFacts(
        { db, hints },
        facts.map(({ payload }) => projectionOf(payload)),
      ),
  });
}
