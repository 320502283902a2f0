import type { Database } from '@causeway/db';
import { type Fact, type Nats, type RunningConsumer, startConsumer } from '@causeway/events';
import { PaymentFact } from '@causeway/proto/routing';
import type { Runtime } from '@causeway/runtime';
import { bookingOf } from './booking/booking.ts';
import { post } from './booking/post.ts';
import { facts as factCount } from './metrics.ts';

/** The name of the consumer that books. */
export const BOOKS_CONSUMER = 'settlement-books';

/** Books routing's facts; all replicas share one durable consumer. */
export function followFacts(options: {
  db: Database;
  nats: Nats;
  runtime: Runtime;
}): RunningConsumer {
  return startConsumer({
    ...options,
    stream: 'CAUSEWAY_ROUTING',
    durable: BOOKS_CONSUMER,
    subjects: ['causeway.routing.payment.*.v1'],
    // Nobody waits for the books, and a batch costs hardly more than a fact alone.
    ...{ maxBatch: 1_000, gatherMs: 100 },
    handle: (facts) => bookFacts(options.db, facts),
  });
}

/**
 * Books a batch of facts in one commit, in any order and however often they come. Throws where
 * one of them cannot be read or booked; the consumer then finds out which, and parks it.
 */
export async function bookFacts(db: Database, facts: readonly Fact[]): Promise<void> {
  const bookings = facts.flatMap(({ payload }) => bookingOf(PaymentFact.decode(payload)) ?? []);
  await post(db, bookings);
  factCount.add(bookings.length, { booked: true });
  factCount.add(facts.length - bookings.length, { booked: false });
}
