import { setTimeout as sleep } from 'node:timers/promises';
import { PaymentState } from '@causeway/proto/common';
import {
  confirm,
  insist,
  isPassing,
  openOrder,
  openPayer,
  readPayment,
  reasonOf,
  same,
  scan,
  seededShop,
} from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';

/** Instead of the minute for which a quote is guaranteed otherwise. */
const QUOTE_TTL_SECONDS = 2;
/** Where a consent is held up on its way. */
const LINKS = ['wallet→acquiring', 'acquiring→routing'];

/** Fault 21. */
export const quoteExpires: Fault = {
  id: 21,
  title: 'a quote expires in flight',
  injected:
    'what payers confirm in time is held up between two services until the price that they saw is over',
  invariant: 'it is never used after its expiry, and once at most',
  // Whoever is in doubt as well would only be waited for.
  traffic: { clients: 3, kinds: ['code', 'code_refunded', 'code_cancelled'] },
  breaks: ['fx', 'wallet'],
  async run(stage) {
    const { world, quick } = stage;
    await world.stack.processes.restart('fx', { QUOTE_TTL_SECONDS: String(QUOTE_TTL_SECONDS) });
    for (const link of quick ? LINKS.slice(0, 1) : LINKS) await expiresOn(stage, link);
  },
};

async function expiresOn({ world, links, quick }: Stage, link: string): Promise<void> {
  const shop = await insist(() => seededShop(world, 'sakura'));
  const payer = await insist(() => openPayer(world));
  const opening = await payer.balance();
  const ready = await Promise.all(
    Array.from({ length: quick ? 4 : 20 }, async () => {
      const order = await insist(() => openOrder(world, shop, 1_500n));
      return { order, shown: await insist(() => scan(payer, order.link)) };
    }),
  );
  await links.set([link], { kind: 'silent', at: 'callee' });
  const confirming = ready.map(({ shown }) => outcomeOf(confirm(payer, shown)));
  await sleep((QUOTE_TTL_SECONDS + 0.5) * 1_000);
  await links.set([link], { kind: 'clear' });
  for (const said of await Promise.all(confirming)) {
    same(said === 'QUOTE_INVALID' || said === 'unknown', true, `an old price was ${said}`);
  }
  // What was not answered may be confirmed again, and is refused then.
  for (const { order, shown } of ready) {
    same(await reasonOf(insist(() => confirm(payer, shown))), 'QUOTE_INVALID', 'an old price');
    const { state } = await readPayment(shop, order.payment.paymentId);
    same(state, PaymentState.PENDING, 'an order that waits for its payer');
    const { paymentRequestId } = order.payment;
    await insist(() => shop.partner.payments.cancelPayment({ paymentRequestId }));
  }
  same([await payer.balance(), await payer.held()], [opening, 0n], 'what the payer has');
}

/** Why it was refused, or `paid`; `unknown` where nobody can tell. */
async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'paid';
  } catch (error) {
    return isPassing(error) ? 'unknown' : reasonOf(Promise.reject(error));
  }
}
