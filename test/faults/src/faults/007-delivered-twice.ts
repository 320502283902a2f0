import { setTimeout as sleep } from 'node:timers/promises';
import { holds, until } from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';
import { openJetStream } from '../injectors/jetstream.ts';
import { crashOnce } from './crash-once.ts';

/** Facts of this long ago are delivered once more. */
const AGAIN_MS = 60_000;

/** Fault 7. */
export const deliveredTwice: Fault = {
  id: 7,
  title: 'published, and not marked as published',
  injected:
    'routing dies between the acknowledgement and the deletion of the row; then all facts of the last minute are published again under other ids',
  invariant: 'delivered twice, effect once',
  breaks: ['routing'],
  needs: ['nats'],
  async run(stage) {
    const { world, quick, note } = stage;
    for (let time = 0; time < (quick ? 1 : 5); time += 1) {
      await crashOnce(stage, { service: 'routing', failpoint: 'events.published' });
      await world.stack.processes.restart('routing');
    }
    note(await publishAgain(stage));
  },
};

/** Publishes facts once more, and answers how many, and how many messages that made. */
async function publishAgain({ world }: Stage): Promise<{ facts: number; messages: number }> {
  const stream = await openJetStream(world.stack.natsUrl);
  try {
    const before = await stream.range();
    const fromTime = new Date(Date.now() - AGAIN_MS);
    let facts = 0n;
    for await (const { queuedCount } of world.ops.facts.replayFacts({ fromTime })) {
      facts = queuedCount;
    }
    holds(facts > 0n, 'there was nothing to publish again');
    const messages = async () => (await stream.range()).last - before.last;
    await until(messages, (count) => count > 0);
    // Others may be on their way.
    await sleep(500);
    return { facts: Number(facts), messages: await messages() };
  } finally {
    await stream.close();
  }
}
