import { type Chance, wholeBetween } from '@causeway/sandbox';
import type { Payer, Shop, World } from '../../../support/index.ts';
import type { Finding } from '../finding.ts';
import { judgeStory } from '../judge/story.ts';
import { liveAgreement } from '../lives/agreement.ts';
import { liveCap } from '../lives/cap.ts';
import { coverNow } from '../lives/cover.ts';
import { floatProved, floatSettled } from '../lives/float.ts';
import { liveDay } from '../lives/live-day.ts';
import { liveDispute } from '../lives/live-dispute.ts';
import { merchantSigned } from '../lives/merchant.ts';
import { partnerCame } from '../lives/partner.ts';
import { liveRide } from '../lives/ride.ts';
import { walletOpened } from '../lives/wallet.ts';
import type { Way } from './intake.ts';
import { live, type Plan, type Story } from './story.ts';

/** Where clients live. */
export interface Scene {
  world: World;
  chance: Chance;
  /** A shop of an acquirer that only this traffic knows, whose partner is not asked. */
  shop: Shop;
  /** One whose partner is asked before the payer is debited. */
  connected: Shop;
  /** Somebody with money, of either wallet operator. */
  payer(): Promise<Payer>;
  /** Runs what would be in its own way, one after the other. */
  alone<T>(act: () => Promise<T>): Promise<T>;
}

/** How a client does what it does. */
export interface Manner {
  /** After this long without an answer it cancels, in milliseconds. */
  patienceMs: number;
}

/** What remains to be looked at once the fault is over; answers what is wrong. */
export type Hearing = () => Promise<Finding[]>;

/** One kind of thing that clients do. */
export interface Kind {
  /** How often it is begun where everything is, against the others. */
  weight: number;
  /** Does it once, whatever is down, repeating each call until it is answered. */
  live(scene: Scene, manner: Manner): Promise<Hearing | undefined>;
}

/**
 * Everything that clients do. What the system learns to do later gets a row here: it is then part of
 * the traffic under every fault, and can be named as what leads to a step boundary.
 */
export const KINDS = {
  code: paid('code', 'keep', 30),
  code_refunded: paid('code', 'refund', 8),
  code_cancelled: paid('code', 'cancel', 8),
  code_impatient: paid('code', 'keep', 4, 2_000),
  order: paid('order', 'keep', 10),
  order_refunded: paid('order', 'refund', 4),
  order_cancelled: paid('order', 'cancel', 4),
  order_late: paid('late_order', 'keep', 0),
  merchant_code: paid('merchant_code', 'keep', 8),
  agreement: {
    weight: 3,
    live: async ({ world, connected, payer }) => {
      await liveAgreement(world, await payer(), connected);
      return undefined;
    },
  },
  ride: {
    weight: 3,
    live: async ({ world, shop, payer }) => {
      await liveRide(world, await payer(), shop);
      return undefined;
    },
  },
  wallet: done(4, ({ world }) => walletOpened(world)),
  merchant: done(2, ({ world, shop }) => merchantSigned(world, shop)),
  partner: done(0, ({ world }) => partnerCame(world)),
  cover: done(1, (scene) => scene.alone(() => coverNow(scene.world))),
  cap: { weight: 1, live: ({ world }) => liveCap(world) },
  dispute: done(1, ({ world }) => liveDispute(world)),
  day: { weight: 1, live: ({ world, chance }) => liveDay(world, chance) },
  float: done(1, (scene) =>
    scene.alone(async () => {
      await floatSettled(scene.world, dayIn2001(scene.chance));
      await floatProved(scene.world);
    }),
  ),
} satisfies Record<string, Kind>;

/** The name of one. */
export type KindName = keyof typeof KINDS;

/** A payment, held to everything that its client was told. */
function paid(way: Way, afterwards: Plan['afterwards'], weight: number, patience?: number): Kind {
  return {
    weight,
    async live(scene, { patienceMs }) {
      const { world } = scene;
      const shop = way === 'order' || way === 'late_order' ? scene.connected : scene.shop;
      const payer = await scene.payer();
      const plan = { way, afterwards, patienceMs: patience ?? patienceMs };
      const story: Story = await live(world, payer, shop, plan);
      return () => judgeStory(shop, payer, story);
    },
  };
}

/** Something that says by itself, as it goes on, whether it went right. */
function done(weight: number, act: (scene: Scene) => Promise<void>): Kind {
  return {
    weight,
    async live(scene) {
      await act(scene);
      return undefined;
    },
  };
}

/** A day on which nobody paid. */
function dayIn2001(chance: Chance): string {
  const day = new Date(Date.UTC(2001, 0, wholeBetween(chance, 1, 100_000) % 3_600));
  return day.toISOString().slice(0, 10);
}
