import { type Payment, PaymentState } from '@causeway/proto/common';
import { wholeBetween } from '@causeway/sandbox';
import {
  confirm,
  finalPayment,
  holds,
  insist,
  minor,
  openOrder,
  openPayer,
  type Payer,
  reasonOf,
  type Shop,
  same,
  scan,
  seededShop,
} from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';

const OPENING_MINOR = 10_000_00n;
const AMOUNT_MINOR = 1_500n;
/** A capture waits so long, so that its cancel may come before, during or after it. */
const CAPTURE_WAITS_MS = 40;
const ORDERS = 12;

export const captureAgainstCancel: Fault = {
  id: 20,
  title: 'a capture races a cancel',
  injected:
    'orders are confirmed and cancelled at moments drawn from the seed, with captures held up a little',
  invariant: 'exactly one wins, and payer, acquirer, wallet and partner see the same one',
  traffic: { clients: 1 },
  async run(stage) {
    const { world, quick } = stage;
    const late = `routing.capture.sending=delay:${CAPTURE_WAITS_MS}`;
    await world.stack.processes.restart('routing', { CAUSEWAY_FAILPOINTS: late });
    const shop = await seededShop(world, 'sakura');
    let captured = 0;
    const rounds = quick ? 1 : 8;
    for (let round = 0; round < rounds; round += 1) captured += await once(stage, shop);
    stage.note({ orders: rounds * ORDERS, captured });
  },
};

/** A dozen orders at once; answers how many were captured. */
async function once({ world, chance }: Stage, shop: Shop): Promise<number> {
  const payer = await openPayer(world);
  const ended = await Promise.all(
    Array.from({ length: ORDERS }, async () => {
      const cancelAfterMs = wholeBetween(chance, 0, 250);
      const order = await openOrder(world, shop, AMOUNT_MINOR);
      const screen = await scan(payer, order.link);
      const confirming = reasonOf(insist(() => confirm(payer, screen)));
      await new Promise((resolve) => setTimeout(resolve, cancelAfterMs));
      const { paymentRequestId, paymentId } = order.payment;
      const cancel = () => shop.partner.payments.cancelPayment({ paymentRequestId });
      const said = await reasonOf(insist(cancel));
      await confirming;
      return { said, payment: await finalPayment(shop, paymentId) };
    }),
  );
  for (const { said, payment } of ended) await isSeenAlike(payer, said, payment);
  const succeeded = ended.filter(({ payment }) => payment.state === PaymentState.SUCCEEDED);
  const spent = succeeded.reduce((sum, { payment }) => sum + minor(payment.payerAmount), 0n);
  same([await payer.balance(), await payer.held()], [OPENING_MINOR - spent, 0n], 'money and holds');
  return succeeded.length;
}

/** The acquirer was told what its payer sees. */
async function isSeenAlike(payer: Payer, said: string, payment: Payment): Promise<void> {
  const { paymentId, state } = payment;
  const isCancelled = state === PaymentState.CANCELLED;
  holds(isCancelled || said !== 'accepted', `${paymentId} was cancelled, and is ${state}`);
  const { walletId } = payer;
  const seen = await insist(() => payer.app.wallets.getPayment({ walletId, paymentId })).catch(
    () => undefined,
  );
  if (seen?.payment !== undefined)
    same(seen.payment.state, state, `what the payer of ${paymentId} sees`);
}
