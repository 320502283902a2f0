import type { CoverExposureRequest, CoverTrade } from '@causeway/proto/fx';
import { Refusal } from '@causeway/runtime';
import {
  acquirerOf,
  insist,
  minor,
  positionOf,
  type Shop,
  same,
  until,
  type World,
} from '../../../support/index.ts';

async function cover(world: World, request: CoverExposureRequest): Promise<CoverTrade | undefined> {
  try {
    return (await world.ops.treasury.coverExposure(request)).trade;
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'NOTHING_TO_COVER') return undefined;
    throw error;
  }
}

/** Covers what is open between Hong Kong dollars and yen, while services die; the same request once. */
export async function coverNow(world: World): Promise<void> {
  const pair = { payerCurrencyCode: 'HKD', payeeCurrencyCode: 'JPY' };
  const request = { pair, requestId: world.id('cover') };
  // A trade that was under way is answered in place of an own one, so the two need not be the same.
  await insist(() => cover(world, request));
  await insist(() => cover(world, request));
}

/** The cap on what an acquirer may owe in its shop's currency, which an operator moves. */
export interface Cap {
  /** Sets it, whatever is down; the cap of the call before is set first. */
  set(capMinor: bigint | undefined): void;
  /**
   * Throws unless nothing of the cover was lost: with no cap all that was leased comes back, and what
   * is left is what the acquirer is owed. Lifts the cap.
   */
  isWhole(): Promise<void>;
}

/** Begins to move the cap on a shop's acquirer. */
export function openCap(world: World, shop: Shop): Cap {
  const { currencyCode, partner } = shop;
  const named = { participant: acquirerOf(shop), currencyCode };
  let last: Promise<unknown> = Promise.resolve();
  const set = (capMinor: bigint | undefined) => {
    const asked = { ...named, commandId: world.runtime.random.uuid(), capMinor };
    last = last.then(() => insist(() => world.ops.cover.setCap(asked)));
    // Heard at the end; until then a failure must not end the run.
    last.catch(() => {});
  };
  return {
    set,
    async isWhole() {
      set(0n);
      await last;
      const read = async () => (await partner.cover.getCover(named)).cover;
      const back = await until(read, (cover) => minor(cover?.leased) === 0n, {
        patienceMs: 60_000,
      });
      const { captured, refunded } = await positionOf(partner, currencyCode);
      const owed = { currencyCode, amountMinor: captured - refunded };
      const leased = { currencyCode, amountMinor: 0n };
      same(back?.leased, leased, 'what is still leased');
      same(back?.used?.amountMinor, -owed.amountMinor, 'what is used');
      same(back?.available, owed, 'what is available');
      set(undefined);
      await last;
    },
  };
}
