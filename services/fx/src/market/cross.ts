import type { CurrencyCode } from '@causeway/money';
import { INNER_DIGITS, productRate } from '../rates.ts';
import { agesOf, type Middle } from './merge.ts';

/** Asks for the direct middle of a pair. */
export type DirectMiddle = (from: CurrencyCode, to: CurrencyCode) => Middle | undefined;

/**
 * The middle of a pair: direct where a source prices it, else through the first pivot to which
 * both sides have one: from→pivot × pivot→to. Undefined where there is no fresh way.
 */
export function middleOf(
  from: CurrencyCode,
  to: CurrencyCode,
  pivots: readonly CurrencyCode[],
  direct: DirectMiddle,
): Middle | undefined {
  const found = direct(from, to);
  if (found !== undefined) return found;
  for (const pivot of pivots) {
    if (pivot === from || pivot === to) continue;
    const first = direct(from, pivot);
    const second = first && direct(pivot, to);
    if (second) return crossed(first, second);
  }
  return undefined;
}

function crossed(first: Middle, second: Middle): Middle {
  return {
    rate: productRate(first.rate, second.rate, INNER_DIGITS),
    ...agesOf([first, second]),
    sources: [...new Set([...first.sources, ...second.sources])].sort(),
    offers: [],
  };
}
