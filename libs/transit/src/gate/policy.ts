/** What an operator decides about its gates. Everything has a default; a vector names what differs. */
export interface GatePolicy {
  /** How old a code may be. */
  readonly codeLifeSeconds: number;
  /** How far ahead of the gate a code's time may be. */
  readonly aheadSeconds: number;
  /** How far apart, either way, the clocks may be for a code to be let in with a flag. */
  readonly flaggedSeconds: number;
  /** The least time between two taps of one person at this gate. */
  readonly userPauseSeconds: number;
  /** What an old trust bundle costs: of these, the last one that it is older than holds. */
  readonly staleness: readonly {
    readonly olderThanSeconds: number;
    /** What is left of every cap; at 0 the gate opens to nobody. */
    readonly capPercent: number;
  }[];
  /** For how long after it was set a gate is sure of its clock. */
  readonly clockSureSeconds: number;
  /** What is left of every cap while it is not. */
  readonly unsureCapPercent: number;
  /** How far beyond what is proven a code's time may be while it is not. */
  readonly unsureSpanSeconds: number;
  /** Grants that the gate remembers; beyond that it forgets those that have ended, then the oldest. */
  readonly mostRemembered: number;
  /** Taps that may wait for upload; beyond that the gate opens to nobody. */
  readonly mostWaiting: number;
  /** Within how many milliseconds the gate answers. */
  readonly budgetMs: number;
}

const DAY = 86_400;

/** The policy that the README explains and the vectors are judged by. */
export const GATE_POLICY: GatePolicy = {
  codeLifeSeconds: 30,
  aheadSeconds: 15,
  flaggedSeconds: 120,
  userPauseSeconds: 3,
  staleness: [
    { olderThanSeconds: DAY, capPercent: 50 },
    { olderThanSeconds: 3 * DAY, capPercent: 25 },
    { olderThanSeconds: 7 * DAY, capPercent: 0 },
  ],
  clockSureSeconds: 7 * DAY,
  unsureCapPercent: 50,
  unsureSpanSeconds: 30 * DAY,
  mostRemembered: 100_000,
  mostWaiting: 50_000,
  budgetMs: 250,
};
