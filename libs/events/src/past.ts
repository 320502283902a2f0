import { DeliverPolicy, JetStreamApiCodes, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { Nats } from './connection.ts';
import type { Fact } from './fact.ts';
import { factsIn } from './messages.ts';
import { isApiError } from './stream.ts';

const PULL = { max_messages: 256, expires: 2_000 };

/**
 * What a stream holds already, from a moment on or all of it, message by message in the order of its
 * publication; no consumer's place in it is changed. Waits until NATS is connected. Whoever lost facts
 * of its own finds here what it has published, as far as the stream's limits go back.
 *
 * @param since by the clock of NATS
 */
export async function* pastFacts(
  nats: Nats,
  stream: string,
  since?: Date,
): AsyncGenerator<readonly Fact[]> {
  const connection = await nats.connection();
  const manager = await jetstreamManager(connection);
  const info = await manager.streams.info(stream).catch((error: unknown) => {
    if (isApiError(error, JetStreamApiCodes.StreamNotFound)) return undefined;
    throw error;
  });
  if (info === undefined || info.state.messages === 0) return;
  const lastSequence = info.state.last_seq;
  const from = since
    ? { deliver_policy: DeliverPolicy.StartTime, opt_start_time: since.toISOString() }
    : { deliver_policy: DeliverPolicy.All };
  const consumer = await jetstream(connection).consumers.get(stream, from);
  for (;;) {
    let count = 0;
    for await (const message of await consumer.fetch(PULL)) {
      count += 1;
      yield factsIn(stream, message);
      if (message.seq >= lastSequence) return;
    }
    // Nothing is younger than the moment that was asked for.
    if (count === 0) return;
  }
}
