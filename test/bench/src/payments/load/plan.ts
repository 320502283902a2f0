import { parseRate, payerAmountFor, type Rate } from '@causeway/money';
import { ACQUIRERS, type Place } from '@causeway/sandbox';
import type { World } from './protocol.ts';

/** Who pays, where, how much. */
export interface Planned {
  wallet: number;
  place: Place;
  payeeMinor: bigint;
}

/** A wallet is looked for this often before the run gives up: nearly all have spent what they may. */
const TRIES = 64;
/**
 * How uneven wallets are used: 1 would be evenly. With this a hundredth of the wallets makes a
 * twentieth of the payments, until they have spent what their limits allow.
 */
const SKEW = 1.5;
/** The market moves less than this between two looks at it. */
const RATE_MARGIN = { times: 102n, over: 100n };

/** Draws payments as the sandbox's shoppers would make them, and never more than limits allow. */
export class Plan {
  readonly #world: World;
  readonly #chance: () => number;
  readonly #spentMinor: BigInt64Array;
  readonly #rates = new Map<string, Rate>();
  readonly #baskets = new Map(ACQUIRERS.map(({ currencyCode, basket }) => [currencyCode, basket]));

  constructor(world: World, chance: () => number) {
    this.#world = world;
    this.#chance = chance;
    this.#spentMinor = new BigInt64Array(world.walletIds.length);
    for (const [code, rate] of Object.entries(world.rates)) this.#rates.set(code, parseRate(rate));
  }

  /** Throws where hardly any wallet has money left: the run then needs more of them. */
  next(): Planned {
    const { places, walletIds, budgetMinor } = this.#world;
    const place = places[Math.floor(this.#chance() * places.length)];
    if (place === undefined) throw new Error('there is no merchant to pay at');
    const payeeMinor = this.#amountIn(place.currencyCode);
    const payerMinor = this.#worthMinor(place.currencyCode, payeeMinor);
    for (let tries = 0; tries < TRIES; tries += 1) {
      // After a few tries any wallet will do.
      const skew = tries < TRIES / 4 ? SKEW : 1;
      const wallet = Math.floor(this.#chance() ** skew * walletIds.length);
      const spentMinor = (this.#spentMinor[wallet] ?? 0n) + payerMinor;
      if (spentMinor > budgetMinor) continue;
      this.#spentMinor[wallet] = spentMinor;
      return { wallet, place, payeeMinor };
    }
    throw new Error(`the ${walletIds.length} wallets have spent what they may`);
  }

  /** Small amounts are more frequent: the lowest of three draws is taken. */
  #amountIn(currencyCode: string): bigint {
    const basket = this.#baskets.get(currencyCode);
    if (basket === undefined) throw new Error(`no prices are known in ${currencyCode}`);
    const draw = Math.min(this.#chance(), this.#chance(), this.#chance());
    const steps = basket.low + Math.floor(draw * (basket.high - basket.low + 1));
    return BigInt(steps) * basket.stepMinor;
  }

  #worthMinor(currencyCode: string, amountMinor: bigint): bigint {
    const { payerCurrencyCode } = this.#world;
    if (currencyCode === payerCurrencyCode) return amountMinor;
    const rate = this.#rates.get(currencyCode);
    if (rate === undefined) throw new Error(`no rate of ${currencyCode} is shown`);
    const payee = { currencyCode, amountMinor };
    const worth = payerAmountFor({ payee, payerCurrency: payerCurrencyCode, rate, rounding: 'up' });
    return (worth * RATE_MARGIN.times) / RATE_MARGIN.over;
  }
}
