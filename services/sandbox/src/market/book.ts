import { formatRate, type Rate, roundRate } from '@causeway/money';
import type { Chance } from '../chance.ts';
import type { Market } from './market.ts';
import { BASE_CURRENCY_CODE, type MarketPair } from './pairs.ts';
import { step, type WalkPolicy } from './walk.ts';

/** A two-sided price for one Hong Kong dollar. */
export interface Price {
  baseCurrencyCode: string;
  quoteCurrencyCode: string;
  bid: string;
  ask: string;
}

/** How a provider makes its prices out of the market. */
export interface BookPolicy {
  /** Its part of each pair's usual spread, in percent. */
  spreadPercent: number;
  /** How its opinion of the middle strays from the market's. */
  opinion: WalkPolicy;
}

/** The prices of one provider. */
export interface Book {
  /** All of them, made anew. */
  prices(): Price[];
  /** The price of a pair as it was made last; undefined before that, and for pairs not offered. */
  latest(quoteCurrencyCode: string): Price | undefined;
}

/** Strays by about as much as the providers' spreads differ, so that now one wins, now another. */
export const OPINION: WalkPolicy = { stepPpm: 15, boundPpm: 60, pullPpm: 20_000 };

const PPM = 1_000_000n;
const PPM_SCALE = 6;
const RATE_DIGITS = 9;
const PERCENT = 100;

/** Opens a provider's book on a market; the same chance gives it the same opinions. */
export function openBook(
  market: Market,
  pairs: readonly MarketPair[],
  { spreadPercent, opinion }: BookPolicy,
  chance: Chance,
): Book {
  const strays = new Map<string, number>();
  const latest = new Map<string, Price>();
  const made = (pair: MarketPair): Price => {
    const code = pair.quoteCurrencyCode;
    // About a peg there is only one opinion.
    const own = pair.walk.boundPpm === 0 ? 0 : step(strays.get(code) ?? 0, chance, opinion);
    strays.set(code, own);
    const halfSpreadPpm = Math.round((pair.halfSpreadPpm * spreadPercent) / PERCENT);
    const price = priceAt({ ...pair, halfSpreadPpm }, market.distancePpm(pair) + own);
    latest.set(code, price);
    return price;
  };
  return { prices: () => pairs.map(made), latest: (code) => latest.get(code) };
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
