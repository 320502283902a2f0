import { type Payment, PaymentState } from '@causeway/proto/common';
import {
  insist,
  openPayer,
  openShop,
  type Payer,
  positionOf,
  type Shop,
  until,
  type World,
} from '../../../support/index.ts';
import { live, type Story } from '../traffic/story.ts';

/** The only payment of a new acquirer, which settlement has booked. */
export interface Booked {
  shop: Shop;
  payer: Payer;
  story: Story;
  payment: Payment;
}

const PATIENCE_MS = 45_000;
/** A consumer that died is brought back and has much else to book. */
const BOOKED_MS = 90_000;

/** Pays once at a new acquirer's, whatever dies; undefined where that came to nothing. */
export async function paidAndBooked(world: World): Promise<Booked | undefined> {
  const shop = await insist(() => openShop(world));
  const payer = await insist(() => openPayer(world));
  const plan = { way: 'code', patienceMs: PATIENCE_MS, afterwards: 'keep' } as const;
  const story = await live(world, payer, shop, plan);
  const payment = story.payments.at(-1);
  if (payment?.state !== PaymentState.SUCCEEDED) return undefined;
  await until(
    () => insist(() => positionOf(shop.partner, shop.currencyCode)),
    ({ captured }) => captured > 0n,
    { patienceMs: BOOKED_MS },
  );
  return { shop, payer, story, payment };
}
