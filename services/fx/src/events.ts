import type { Database } from '@causeway/db';
import { type Nats, type RunningConsumer, startConsumer } from '@causeway/events';
import type { Runtime } from '@causeway/runtime';
import { takeFacts } from './exposures/take-facts.ts';

/** Only these move a position. */
const KINDS = ['succeeded', 'cancelled', 'refund_succeeded'];

/** The name of the consumer that keeps positions. */
export const EXPOSURES_CONSUMER = 'fx-exposures';

/** Follows what routing's facts do to open positions; all replicas share one durable consumer. */
export function followFacts(options: {
  db: Database;
  nats: Nats;
  runtime: Runtime;
}): RunningConsumer {
  return startConsumer({
    ...options,
    stream: 'CAUSEWAY_ROUTING',
    durable: EXPOSURES_CONSUMER,
    subjects: KINDS.map((kind) => `causeway.routing.payment.${kind}.v1`),
    // Positions may lag; quotes, which are priced in the same process, may not.
    ...{ maxBatch: 1_000, gatherMs: 250 },
    handle: (facts) => takeFacts(options.db, facts),
  });
}
