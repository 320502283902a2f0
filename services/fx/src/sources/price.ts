import type { CurrencyCode, Rate } from '@causeway/money';

/** Where a price comes from; the merging policy ranks these. */
export const SOURCE_KINDS = ['provider', 'peg', 'ecb'] as const;

/** A liquidity provider's price, a peg, or the ECB's daily rate. */
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** One source's price of one unit of `base`, in `quote`. */
export interface SourcePrice {
  readonly sourceId: string;
  readonly kind: SourceKind;
  readonly base: CurrencyCode;
  readonly quote: CurrencyCode;
  readonly bid: Rate;
  readonly ask: Rate;
  /** (bid + ask) / 2, rounded half to even to 12 digits. */
  readonly mid: Rate;
  /** Epoch milliseconds; undefined for a peg, which holds at any time. */
  readonly observedAtMs: number | undefined;
  /** Epoch milliseconds from which the price is stale. */
  readonly freshUntilMs: number;
}
