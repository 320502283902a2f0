import { type Payment, PaymentState } from '@causeway/proto/common';
import {
  chargeOf,
  finalPayment,
  holds,
  insist,
  minor,
  openPayer,
  openShop,
  readByRequest,
  same,
} from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';
import { POINTS } from '../kills/points.ts';
import { strike } from '../kills/strike.ts';

const CALLS = 50;
const AMOUNT_MINOR = 1_280n;
const OPENING_MINOR = 10_000_00n;

export const oneKey: Fault = {
  id: 2,
  title: 'fifty concurrent calls with one key',
  injected:
    'fifty clients send one charge at once; while the wallet operator dies, in every second round',
  invariant: 'one effect; whoever does not wait for it in time is told PENDING; no two ends differ',
  traffic: { clients: 1 },
  breaks: ['wallet'],
  async run(stage) {
    const rounds = stage.quick ? 2 : 12;
    let pending = 0;
    for (let round = 0; round < rounds; round += 1) pending += await once(stage, round % 2 === 1);
    stage.note({ rounds, told_pending: pending });
  },
};

/** One round; answers how many were told that it is still on its way. */
async function once(stage: Stage, dies: boolean): Promise<number> {
  const { world } = stage;
  const [shop, payer] = await Promise.all([openShop(world), openPayer(world)]);
  const request = chargeOf(world, shop, await payer.code(), AMOUNT_MINOR);
  const death = POINTS.find(({ failpoint }) => failpoint === 'wallet.charge.committed');
  const dying = dies && death ? strike(stage, { ...death, first: true }, 'crash') : undefined;
  const call = () => insist(() => shop.partner.payments.createPayment(request));
  const calls = Promise.all(Array.from({ length: CALLS }, call));
  if (dying !== undefined) {
    holds(await dying, 'the wallet operator never died');
    await world.stack.processes.restart('wallet');
  }
  const told = (await calls).flatMap(({ payment }) => payment ?? []);
  const { paymentId } = await readByRequest(shop, request.paymentRequestId);
  const known = await finalPayment(shop, paymentId);
  same(new Set(told.map((one) => one.paymentId)), new Set([paymentId]), 'the ids that were told');
  holds(known.state === PaymentState.SUCCEEDED, `${paymentId} ended ${PaymentState[known.state]}`);
  const isPending = ({ state }: Payment) => state === PaymentState.PENDING;
  for (const payment of told.filter((one) => !isPending(one))) {
    same(payment.state, known.state, `an end of ${paymentId}`);
  }
  same(await payer.balance(), OPENING_MINOR - minor(known.payerAmount), 'the balance after fifty');
  return told.filter(isPending).length;
}
