import type { ConsumerInfo } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { holds, until } from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';
import { type JetStream, openJetStream } from '../injectors/jetstream.ts';
import { crashOnce } from './crash-once.ts';

/** Who consumes facts, by its service. */
const CONSUMERS = [
  ['settlement', 'settlement-books'],
  ['acquiring', 'acquiring-feed'],
  ['fx', 'fx-exposures'],
] as const;
/** Nanoseconds that JetStream waits for an acknowledgement here, and otherwise. */
const ACK_WAIT = nanos(1_000);
const USUAL_ACK_WAIT = nanos(30_000);
const AGAIN_WITHIN_MS = 60_000;

/** Fault 9. */
export const redelivered: Fault = {
  id: 9,
  title: 'redelivery after the wait for an acknowledgement',
  injected:
    'a consumer dies after its commit and before its acknowledgement, for which JetStream waits a second instead of half a minute',
  invariant: 'no second effect',
  breaks: ['settlement', 'acquiring', 'fx'],
  needs: ['nats'],
  async run(stage) {
    const stream = await openJetStream(stage.world.stack.natsUrl);
    try {
      const consumers = stage.quick ? CONSUMERS.slice(0, 1) : CONSUMERS;
      for (const [service, durable] of consumers) {
        await diesBeforeAck(stage, stream, service, durable);
      }
    } finally {
      await stream.close();
    }
  },
};

async function diesBeforeAck(
  stage: Stage,
  stream: JetStream,
  service: string,
  durable: string,
): Promise<void> {
  const { world, say } = stage;
  await crashOnce(stage, { service, failpoint: 'events.handled' });
  const left = await stream.consumer(durable);
  // Nobody but the dead has had these: once they are acknowledged they were delivered again.
  holds(left.num_ack_pending > 0, `${durable} died and owed no acknowledgement`);
  await world.stack.processes.restart(service);
  const isDone = ({ ack_floor: floor }: typeof left) =>
    floor.stream_seq >= left.delivered.stream_seq;
  const now = await until(() => hastened(stream, durable), isDone, { patienceMs: AGAIN_WITHIN_MS });
  holds(isDone(now), `nothing was delivered to ${durable} again`);
  await stream.setAckWait(durable, left.config.ack_wait ?? USUAL_ACK_WAIT);
  say(`${durable}: ${left.num_ack_pending} delivered again`);
}

/** The consumer as it is, which waits a second: a service that starts sets that back, a moment later. */
async function hastened(stream: JetStream, durable: string): Promise<ConsumerInfo> {
  const consumer = await stream.consumer(durable);
  if (consumer.config.ack_wait !== ACK_WAIT) await stream.setAckWait(durable, ACK_WAIT);
  return consumer;
}
