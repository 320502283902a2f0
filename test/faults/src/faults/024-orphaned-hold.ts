import { DeclineReason, PaymentState } from '@causeway/proto/common';
import {
  confirm,
  finalPayment,
  holds,
  insist,
  openOrder,
  openPayer,
  type Payer,
  type Shop,
  same,
  scan,
  seededShop,
  until,
} from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';
import { crashOnce } from './crash-once.ts';

/** Instead of the minute after which a hold that nobody took over ends otherwise. */
const HOLD_TTL_SECONDS = 3;
const PATIENCE_MS = 30_000;

/** The first order's hold is never taken over; with the second one's, routing dies. */
const DIES_AT = 'routing.partner_confirm.sending';
const ENV = {
  HOLD_TTL_SECONDS: String(HOLD_TTL_SECONDS),
  CAUSEWAY_FAILPOINTS: 'routing.take_over.sending=hang@1',
};

/** Fault 24. */
export const orphanedHold: Fault = {
  id: 24,
  title: 'an orphaned hold',
  injected:
    'routing dies before it takes one hold over, and after it took over another, and stays away past the deadline',
  invariant:
    'a hold that was not taken over is released by its deadline; one that was ends by capture or void',
  // None of them leads where routing shall die.
  traffic: { clients: 4, kinds: ['code', 'code_refunded', 'code_cancelled'] },
  alone: true,
  async run(stage) {
    const { world } = stage;
    const { processes } = world.stack;
    const shop = await insist(() => seededShop(world, 'sakura'));
    const [orphan, kept] = await Promise.all([held(stage, shop), held(stage, shop)]);
    await crashOnce(stage, { service: 'routing', failpoint: DIES_AT, env: ENV }, async () => {
      orphan.confirm();
      const isHeld = (heldMinor: bigint) => heldMinor > 0n;
      await until(orphan.payer.held, isHeld, { patienceMs: PATIENCE_MS });
      kept.confirm();
    });
    const isNone = (heldMinor: bigint) => heldMinor === 0n;
    const left = await until(orphan.payer.held, isNone, { patienceMs: PATIENCE_MS });
    same(left, 0n, 'what is held though nobody took it over');
    holds((await kept.payer.held()) > 0n, 'a hold that was taken over ended by itself');
    await processes.restart('routing');
    stage.afterwards(async () => {
      await ends(shop, orphan, 'DECLINED EXPIRED');
      await ends(shop, kept, 'SUCCEEDED UNSPECIFIED');
    });
  },
};

/** A payer who is about to confirm an order. */
interface Ready {
  payer: Payer;
  paymentId: string;
  /** Lets the payer confirm, however often that takes. */
  confirm(): void;
}

async function held({ world }: Stage, shop: Shop): Promise<Ready> {
  const payer = await insist(() => openPayer(world));
  const order = await insist(() => openOrder(world, shop, 1_500n));
  const shown = await insist(() => scan(payer, order.link));
  return {
    payer,
    paymentId: order.payment.paymentId,
    confirm: () => {
      void insist(() => confirm(payer, shown)).catch(() => undefined);
    },
  };
}

async function ends(shop: Shop, { payer, paymentId }: Ready, expected: string): Promise<void> {
  const { state, declineReason } = await finalPayment(shop, paymentId);
  const ended = `${PaymentState[state]} ${DeclineReason[declineReason]}`;
  same(ended, expected, `what became of ${paymentId}`);
  same(await payer.held(), 0n, `what is held after ${paymentId}`);
}
