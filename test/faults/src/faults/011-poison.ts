import { withClient } from '@causeway/deploy-local';
import { feedIsWhole, same, until } from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';
import { openJetStream } from '../injectors/jetstream.ts';
import { newcomers, payInSpite } from './newcomers.ts';

const SUBJECT = 'causeway.routing.payment.succeeded.v1';
const CONSUMERS = ['settlement', 'acquiring', 'fx'];
/** Five tries with growing pauses take three seconds where nothing else runs. */
const PATIENCE_MS = 30_000;

/** Fault 11. */
export const poison: Fault = {
  id: 11,
  title: 'a poison message',
  injected: 'messages that nobody can read are put among the facts',
  invariant: 'they are parked and reported; the others flow',
  breaks: [],
  needs: ['settlement', 'nats'],
  async run(stage) {
    const { world, quick } = stage;
    const stream = await openJetStream(world.stack.natsUrl);
    const some = await newcomers(world);
    const count = quick ? 1 : 20;
    const bad = Array.from({ length: count }, () => ({
      subject: SUBJECT,
      data: Buffer.from(Array.from({ length: 40 }, () => Math.floor(stage.chance() * 256))),
    }));
    try {
      await stream.publish(bad);
    } finally {
      await stream.close();
    }
    await payInSpite(some, 5);
    stage.afterwards(async () => {
      await feedIsWhole(world, some.shop, some.ids);
      await Promise.all(CONSUMERS.map((service) => areParked(stage, service, count)));
    });
  },
};

/** Waits until a service has parked so many messages, and throws them away as an operator would. */
async function areParked({ world }: Stage, service: string, count: number): Promise<void> {
  await withClient(world.stack.databases[service] ?? '', async (client) => {
    const parked = async () => {
      const { rows } = await client.query<{ parked: number }>(
        'SELECT count(*)::integer AS parked FROM parked_events WHERE subject = $1',
        [SUBJECT],
      );
      return rows[0]?.parked ?? 0;
    };
    const found = await until(parked, (so) => so >= count, { patienceMs: PATIENCE_MS });
    same(found, count, `messages that ${service} has parked`);
    await client.query('DELETE FROM parked_events WHERE subject = $1', [SUBJECT]);
  });
}
