import type { Scene } from '../scene.ts';

/**
 * What a tap is in its ride: all of it at a flat fare, its beginning or end where the fare goes by
 * the way, or all of it at an amount that the gate names (taxi).
 */
export const TAP_KINDS = { flat: 1, entry: 2, exit: 3, amount: 4 } as const;

/** A kind of tap by its name. */
export type TapKind = keyof typeof TAP_KINDS;

/** What was out of the ordinary when a gate let somebody in, by its number in journals. */
export const TAP_FLAGS = {
  /** The gate was not sure of its own time, and took the code's. */
  GATE_CLOCK_UNSURE: 1,
  /** The gate's clock stood before a time that is proven to be past. */
  GATE_CLOCK_BEHIND: 2,
  /** The code was older than it should be, and the phone's clock was believed to be slow. */
  PHONE_CLOCK_BEHIND: 3,
  /** The code came from the future, and the phone's clock was believed to be fast. */
  PHONE_CLOCK_AHEAD: 4,
  /** The trust bundle was so old that caps were lower. */
  TRUST_STALE: 5,
} as const;

/** A flag by its name. */
export type TapFlag = keyof typeof TAP_FLAGS;

/** One accepted tap, as the gate keeps it and the operator uploads it. */
export interface Tap {
  /** Who runs the gate: 1 to 32 characters of a-z, 0-9, "-" and ".". */
  readonly operatorId: string;
  /** The gate, unique at its operator. Of the same form. */
  readonly gateId: string;
  /** Counts the taps of the gate from 1 on; none is left out. */
  readonly sequence: number;
  readonly kind: TapKind;
  readonly scene: Scene;
  /** Line or route; of the same form, or empty. */
  readonly routeId: string;
  /** Stop or station; of the same form, or empty. */
  readonly stopId: string;
  /** The gate's time in Unix milliseconds, by the clock rule. */
  readonly tappedAtMs: number;
  /** The currency that the operator charges in. */
  readonly currencyCode: string;
  /**
   * Minor units: the fare (`flat`, `amount`); the most that the ride may come to (`entry`); zero
   * (`exit`), since only the pair gives a fare.
   */
  readonly fareMinor: bigint;
  readonly flags: readonly TapFlag[];
  /** The version of the trust bundle that was judged by. */
  readonly trustVersion: number;
  /** The code, as `readCode` takes it: the evidence. */
  readonly code: Uint8Array;
}
