import type { Money } from '@causeway/money';
import { type Chance, pick } from '../chance.ts';
import type { Place } from '../places.ts';
import { basketIn } from './basket.ts';

/** What shall happen after a payment succeeded. */
export type Afterwards = 'keep' | 'refund_part' | 'cancel';

/** One payment to make. */
export interface PlannedPayment {
  walletId: string;
  place: Place;
  payeeAmount: Money;
  afterwards: Afterwards;
}

/** Which share of the payments is given back; the shares are between 0 and 1. */
export interface Mix {
  refundShare: number;
  cancelShare: number;
}

/** Draws the next payment: who pays, where, how much, and what becomes of it. */
export function planPayment(
  chance: Chance,
  world: { walletIds: readonly string[]; places: readonly Place[] },
  mix: Mix,
): PlannedPayment {
  const place = pick(chance, world.places);
  return {
    walletId: pick(chance, world.walletIds),
    place,
    payeeAmount: basketIn(place.currencyCode, chance),
    afterwards: afterwards(chance(), mix),
  };
}

function afterwards(draw: number, mix: Mix): Afterwards {
  if (draw < mix.cancelShare) return 'cancel';
  return draw < mix.cancelShare + mix.refundShare ? 'refund_part' : 'keep';
}
