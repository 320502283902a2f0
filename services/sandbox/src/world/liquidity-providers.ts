/** A partner who makes prices and trades at them. */
export interface SeededProvider {
  id: string;
  /** Its part of the market's usual spread, in percent: the lower, the better its prices. */
  spreadPercent: number;
}

/** Two who compete: the second is tighter, but its middle strays, so that either may win. */
export const LIQUIDITY_PROVIDERS: readonly SeededProvider[] = [
  { id: 'lp-harbour', spreadPercent: 100 },
  { id: 'lp-island', spreadPercent: 90 },
];

/**
 * How far positions may be open before they are covered, in Hong Kong dollars, as fx is told it. Two
 * larger payments in Manila pass the limit of pesos, so that there is something to see.
 */
export const COVER_LIMITS = 'HKD:100000,HKD-PHP:500';
