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
/** Instead of the half minute that JetStream waits for an acknowledgement otherwise. */
const ACK_WAIT_MS = 1_000;

/** Fault 9. */
export const redelivered: Fault = {
  id: 9,
  title: 'redelivery after the wait for an acknowledgement',
  injected:
    'a consumer dies after its commit and before its acknowledgement, for which JetStream waits a second instead of half a minute',
  invariant: 'no second effect',
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
  const before = await deliveredAgain(stream, durable);
  await crashOnce(stage, { service, failpoint: 'events.handled' });
  await stage.world.stack.processes.restart(service);
  // A service that starts sets the wait to what it is otherwise.
  await stream.setAckWait(durable, ACK_WAIT_MS);
  await isDeliveredAgain(stage, stream, durable, before);
}

async function isDeliveredAgain(
  { say }: Stage,
  stream: JetStream,
  durable: string,
  before: number,
): Promise<void> {
  const isMore = (count: number) => count > before;
  const now = await until(() => deliveredAgain(stream, durable), isMore);
  holds(isMore(now), `nothing was delivered to ${durable} again`);
  say(`${durable}: ${now - before} delivered again`);
}

/** How many deliveries there were beyond one of each message. */
async function deliveredAgain(stream: JetStream, durable: string): Promise<number> {
  const { delivered } = await stream.consumer(durable);
  return delivered.consumer_seq - delivered.stream_seq;
}
