import { setTimeout as sleep } from 'node:timers/promises';
import { feedIsWhole, holds, refund } from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';
import { openJetStream } from '../injectors/jetstream.ts';
import { newcomers, payInSpite } from './newcomers.ts';

/** Those who consume facts; they are kept from NATS while these are put into another order. */
const CONSUMING = ['settlement→nats', 'acquiring→nats', 'fx→nats'];
const DURABLES = ['settlement-books', 'acquiring-feed', 'fx-exposures'];

/** Fault 10. */
export const reordered: Fault = {
  id: 10,
  title: 'events reordered',
  injected:
    'consumers are cut off from NATS while payments are made and given back; what waits for them is put into the opposite order',
  invariant: 'no state moves backwards',
  breaks: ['settlement', 'nats'],
  async run(stage) {
    const { world, links, quick, note } = stage;
    const some = await newcomers(world);
    await links.set(CONSUMING, { kind: 'refuse' });
    await links.cut(CONSUMING);
    const paid = await payInSpite(some, quick ? 6 : 30);
    await Promise.all(
      paid.map((payment, nth) =>
        nth % 2 === 0
          ? refund(world, some.shop, payment, 500n)
          : some.shop.partner.payments.cancelPayment(payment),
      ),
    );
    // What was just committed is on its way to NATS.
    await sleep(500);
    note({ turned: await turnRound(stage) });
    await links.set(CONSUMING, { kind: 'clear' });
    stage.afterwards(() => feedIsWhole(world, some.shop, some.ids));
  },
};

/** Takes all that not everybody has had, and stores it again with the last one first. */
async function turnRound({ world }: Stage): Promise<number> {
  const stream = await openJetStream(world.stack.natsUrl);
  try {
    const consumers = await Promise.all(DURABLES.map((durable) => stream.consumer(durable)));
    const floors = consumers.map(({ ack_floor: floor }) => floor.stream_seq);
    // One may be behind the others, and what it was not given must not be lost to it.
    const waiting = await stream.messages(Math.min(...floors) + 1);
    holds(waiting.length > 1, 'there was nothing to put into another order');
    await stream.purge();
    await stream.publish(waiting.toReversed());
    return waiting.length;
  } finally {
    await stream.close();
  }
}
