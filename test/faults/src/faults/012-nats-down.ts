import { setTimeout as sleep } from 'node:timers/promises';
import { feedIsWhole } from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';
import { newcomers, payInSpite } from './newcomers.ts';

/** Fault 12. */
export const natsDown: Fault = {
  id: 12,
  title: 'NATS is down under load',
  injected:
    'kill -9 of nats-server for 3 s, a full run for 30 s, a long one for five minutes; then links to it that are half-open',
  invariant: 'payments go on and stay safe, the backlog drains',
  breaks: ['nats'],
  async run(stage) {
    const { world, quick, links } = stage;
    const { processes } = world.stack;
    const some = await newcomers(world);
    await processes.kill('nats');
    await payInSpite(some, 5);
    await sleep(downMs(stage));
    await payInSpite(some, 5);
    await processes.restart('nats');
    if (!quick) {
      await links.set(links.names('nats'), { kind: 'silent', at: 'both' });
      await sleep(10_000);
      await payInSpite(some, 5);
      await links.set(links.names('nats'), { kind: 'clear' });
    }
    stage.afterwards(() => feedIsWhole(world, some.shop, some.ids));
  },
};

function downMs({ quick, long }: Stage): number {
  if (long) return 300_000;
  return quick ? 2_000 : 30_000;
}
