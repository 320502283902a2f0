import { setTimeout as sleep } from 'node:timers/promises';
import { DeclineReason, PaymentState } from '@causeway/proto/common';
import { pick } from '@causeway/sandbox';
import { charge, chargeOf, insist, same } from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';
import { HostClock } from '../injectors/clocks.ts';
import { type Newcomers, newcomers } from './newcomers.ts';

const SERVICES = ['routing', 'wallet', 'fx', 'acquiring', 'settlement'];
const FIVE_MINUTES_MS = 300_000;
const CODE_SECONDS = 1;

/** Fault 22. */
export const wrongClocks: Fault = {
  id: 22,
  title: "a service's host has a wrong clock",
  injected:
    'five minutes ahead, then stepped back by ten while the service runs, for all that asks the host for the time',
  invariant: "the databases' clocks decide: nothing expires early or late",
  async run(stage) {
    const { world, quick, chance } = stage;
    const { processes, state } = world.stack;
    const some = await newcomers(world);
    for (const service of quick ? [pick(chance, SERVICES.slice(0, 4))] : SERVICES) {
      const clock = new HostClock(state, service);
      clock.set(FIVE_MINUTES_MS);
      await processes.restart(service, clock.env);
      await expireInTime(stage, some, `${service} five minutes ahead`);
      clock.set(-FIVE_MINUTES_MS);
      await expireInTime(stage, some, `${service} five minutes behind`);
      await processes.restart(service);
    }
  },
};

/** A code is paid while it lives and not when its time is over, and what is paid can be cancelled. */
async function expireInTime({ world, say }: Stage, some: Newcomers, where: string): Promise<void> {
  const { shop, payer } = some;
  const stale = chargeOf(world, shop, await insist(() => payer.code(CODE_SECONDS)), 1_800n);
  const fresh = chargeOf(world, shop, await insist(() => payer.code()), 1_800n);
  const paid = await insist(() => charge(shop, fresh));
  same(paid.state, PaymentState.SUCCEEDED, `a fresh code, ${where}`);
  await sleep(CODE_SECONDS * 1_000 + 200);
  const late = await insist(() => charge(shop, stale));
  same(late.declineReason, DeclineReason.CODE_EXPIRED, `a code whose time is over, ${where}`);
  const { payment } = await insist(() => shop.partner.payments.cancelPayment(paid));
  same(payment?.state, PaymentState.CANCELLED, `a cancel, ${where}`);
  say(where);
}
