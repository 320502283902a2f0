import { feedIsWhole, holds, until } from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';
import { openJetStream, wipeNats } from '../injectors/jetstream.ts';
import { newcomers, payInSpite } from './newcomers.ts';

/** Fault 13. */
export const natsWiped: Fault = {
  id: 13,
  title: 'the storage of NATS is wiped',
  injected:
    'settlement is away while payments are made; nats-server is killed and all that it stored is deleted',
  invariant: 'after a replay from Postgres everybody knows what they would have known',
  breaks: ['settlement', 'nats'],
  async run(stage) {
    const { world, quick, note } = stage;
    const { processes } = world.stack;
    const some = await newcomers(world);
    await processes.stop('settlement');
    await payInSpite(some, quick ? 5 : 30);
    await areStored(stage);
    await wipeNats(world.stack);
    await processes.restart('settlement');
    await payInSpite(some, 3);
    let replayed = 0n;
    for await (const { queuedCount } of world.ops.facts.replayFacts({ fromTime: undefined })) {
      replayed = queuedCount;
    }
    holds(replayed >= BigInt(some.ids.size), `only ${replayed} facts were replayed`);
    note({ replayed: Number(replayed) });
    stage.afterwards(() => feedIsWhole(world, some.shop, some.ids));
  },
};

/** Waits until something is in NATS that settlement has not seen: else nothing would be lost. */
async function areStored({ world }: Stage): Promise<void> {
  const stream = await openJetStream(world.stack.natsUrl);
  try {
    const waiting = await until(
      async () => (await stream.consumer('settlement-books')).num_pending,
      (pending) => pending > 0,
    );
    holds(waiting > 0, 'nothing waits for settlement');
  } finally {
    await stream.close();
  }
}
