import type { Peg } from '../reference/pegs.ts';
import type { SourcePrice } from './price.ts';

/** A peg as a source of prices: one rate for both sides, at any time. */
export function pegPrice({ base, pegged, rate }: Peg): SourcePrice {
  return {
    sourceId: 'peg',
    kind: 'peg',
    base,
    quote: pegged,
    bid: rate,
    ask: rate,
    mid: rate,
    observedAtMs: undefined,
    freshUntilMs: Number.POSITIVE_INFINITY,
  };
}
