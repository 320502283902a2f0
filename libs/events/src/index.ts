export { connectNats, type Nats, type NatsOptions } from './connection.ts';
export { type ConsumerOptions, type RunningConsumer, startConsumer } from './consumer.ts';
export type { Fact, FactKey } from './fact.ts';
export { parkedDropsSql, parkedEventsSql, retryParked } from './parked.ts';
export { type ParkedReason, parkedFactService } from './parked-service.ts';
export { pastFacts } from './past.ts';
export { type Publisher, type PublisherOptions, startPublisher } from './publisher.ts';
export { enqueue, eventQueueSql, type QueuePlace, replay } from './queue.ts';
export { ensureStream, type StreamSpec } from './stream.ts';
