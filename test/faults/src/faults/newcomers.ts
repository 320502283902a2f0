import { type Payment, PaymentState } from '@causeway/proto/common';
import {
  holds,
  insist,
  openPayer,
  openShop,
  type Payer,
  pay,
  type Shop,
  type World,
} from '../../../support/index.ts';

/** Enough for what one fault buys. */
const AMOUNT_MINOR = 1_800n;

/** A shop and a payer of one fault's own, of whose payments it knows all. */
export interface Newcomers {
  world: World;
  shop: Shop;
  payer: Payer;
  /** The ids of all their payments. */
  ids: Set<string>;
}

/** Opens both, while everything is up. */
export async function newcomers(world: World): Promise<Newcomers> {
  const [shop, payer] = await Promise.all([
    insist(() => openShop(world)),
    insist(() => openPayer(world)),
  ]);
  return { world, shop, payer, ids: new Set() };
}

/** Makes payments at once and throws unless all succeed: what is down now must not matter to them. */
export async function payInSpite(
  { world, shop, payer, ids }: Newcomers,
  count: number,
): Promise<Payment[]> {
  const one = () => pay(world, payer, shop, AMOUNT_MINOR);
  const paid = await Promise.all(Array.from({ length: count }, one));
  for (const { paymentId, state } of paid) {
    ids.add(paymentId);
    holds(state === PaymentState.SUCCEEDED, `${paymentId} became ${PaymentState[state]}`);
  }
  return paid;
}
