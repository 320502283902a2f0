import type { CurrencyCode } from '@causeway/money';
import { OFFERED_CURRENCIES } from './currencies.ts';

/** A conversion's direction: what one unit of `from` is worth in `to`. */
export interface Pair {
  readonly from: CurrencyCode;
  readonly to: CurrencyCode;
}

/** A pair as a map key, 'HKD-JPY'. */
export type PairKey = string;

/** The key of a pair. */
export function pairKey(from: CurrencyCode, to: CurrencyCode): PairKey {
  return `${from}-${to}`;
}

/** Every conversion that is offered, by key, in the order of the codes. */
export const OFFERED_PAIRS: ReadonlyMap<PairKey, Pair> = new Map(
  OFFERED_CURRENCIES.flatMap((from) =>
    OFFERED_CURRENCIES.filter((to) => to !== from).map((to) => [pairKey(from, to), { from, to }]),
  ),
);
