import type { Chance } from '../chance.ts';
import type { MarketPair } from './pairs.ts';
import { step } from './walk.ts';

/** A market that moves when it is told to. */
export interface Market {
  /** Moves every pair by one step. */
  tick(): void;
  /** How far a pair's middle is from its reference, in parts per million of the reference. */
  distancePpm(pair: MarketPair): number;
}

/** A market at the reference rates; the same chance moves it the same way. */
export function openMarket(pairs: readonly MarketPair[], chance: Chance): Market {
  const distancesPpm = new Map(pairs.map((pair) => [pair.quoteCurrencyCode, 0]));
  const distancePpm = ({ quoteCurrencyCode }: MarketPair) =>
    distancesPpm.get(quoteCurrencyCode) ?? 0;
  return {
    distancePpm,
    tick() {
      for (const pair of pairs) {
        distancesPpm.set(pair.quoteCurrencyCode, step(distancePpm(pair), chance, pair.walk));
      }
    },
  };
}
