import type { Chance } from '../chance.ts';

/** How a price moves. All figures are parts per million of the reference. */
export interface WalkPolicy {
  /** The most that one step moves it. */
  stepPpm: number;
  /** The furthest it ever is from the reference. */
  boundPpm: number;
  /** How strongly it is drawn back: the share of its distance that one step takes away. */
  pullPpm: number;
}

/** Calm enough that a guard against outliers never objects, lively enough to be seen moving. */
export const MARKET_WALK: WalkPolicy = { stepPpm: 60, boundPpm: 4_000, pullPpm: 2_000 };

const MILLION = 1_000_000;

/**
 * One step of a random walk around zero: a move of at most `stepPpm`, a pull home, and a wall at
 * `boundPpm`. Takes and answers the distance from the reference in parts per million.
 */
export function step(distancePpm: number, chance: Chance, policy: WalkPolicy): number {
  const move = Math.round((chance() * 2 - 1) * policy.stepPpm);
  const pull = Math.trunc((distancePpm * policy.pullPpm) / MILLION);
  const next = distancePpm - pull + move;
  return Math.max(-policy.boundPpm, Math.min(policy.boundPpm, next));
}
