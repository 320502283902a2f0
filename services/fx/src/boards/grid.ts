/** When boards come out and what they promise. Durations in milliseconds. */
export interface BoardTiming {
  /** Between two boards of a currency. */
  periodMs: number;
  /** For how long after its publication a code may be shown with a board. */
  showMs: number;
  /** For how long after that payments are priced no worse: the life of a code, and grace. */
  guaranteeMs: number;
}

/**
 * The start of the period that a moment lies in. Periods are counted from the epoch, so that all
 * replicas, whose clocks are the database's, publish the same boards.
 */
export function gridStartMs(nowMs: number, periodMs: number): number {
  return Math.floor(nowMs / periodMs) * periodMs;
}
