import { formatRate, type Rate, roundRate } from '@causeway/money';
import type { Chance } from '../chance.ts';
import { BASE_CURRENCY_CODE, type MarketPair } from './pairs.ts';
import { step } from './walk.ts';

/** A two-sided price for one Hong Kong dollar. */
export interface Price {
  baseCurrencyCode: string;
  quoteCurrencyCode: string;
  bid: string;
  ask: string;
}

const PPM = 1_000_000n;
const PPM_SCALE = 6;
const RATE_DIGITS = 9;

/** A market that moves when it is told to. */
export interface Market {
  /** Moves every pair by one step and answers all prices. */
  tick(): Price[];
}

/** A market at the reference rates; the same chance moves it the same way. */
export function openMarket(pairs: readonly MarketPair[], chance: Chance): Market {
  const distancesPpm = new Map(pairs.map((pair) => [pair.quoteCurrencyCode, 0]));
  return {
    tick: () =>
      pairs.map((pair) => {
        const distancePpm = distancesPpm.get(pair.quoteCurrencyCode) ?? 0;
        const next = step(distancePpm, chance, pair.walk);
        distancesPpm.set(pair.quoteCurrencyCode, next);
        return priceAt(pair, next);
      }),
  };
}

/** Bid and ask of a pair whose middle is `distancePpm` away from its reference. */
export function priceAt(pair: MarketPair, distancePpm: number): Price {
  return {
    baseCurrencyCode: BASE_CURRENCY_CODE,
    quoteCurrencyCode: pair.quoteCurrencyCode,
    // Rounded outwards, so that rounding never makes the spread smaller than it was meant to be.
    bid: formatRate(shifted(pair.reference, distancePpm - pair.halfSpreadPpm, 'down')),
    ask: formatRate(shifted(pair.reference, distancePpm + pair.halfSpreadPpm, 'up')),
  };
}

function shifted(reference: Rate, ppm: number, rounding: 'up' | 'down'): Rate {
  const digits = reference.digits * (PPM + BigInt(ppm));
  return roundRate({ digits, scale: reference.scale + PPM_SCALE }, RATE_DIGITS, rounding);
}
