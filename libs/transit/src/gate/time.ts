import type { TapFlag } from '../tap/tap.ts';
import type { GatePolicy } from './policy.ts';

/** What a gate knows of the time when somebody taps. Unix milliseconds all of them. */
export interface GateTime {
  /** Its own clock, right or wrong. */
  readonly wallMs: number;
  /** When its clock was last set from somewhere that knows; undefined where never since it was on. */
  readonly setAtMs: number | undefined;
  /**
   * A time that is certainly past: the later of the trust bundle's proof and the last tap whose time
   * the gate was sure of.
   */
  readonly floorMs: number;
}

/** What time it is for one code, or why the code cannot be of now. */
export type JudgedTime =
  | {
      readonly ok: true;
      readonly nowMs: number;
      readonly flags: readonly TapFlag[];
      readonly isSure: boolean;
    }
  | { readonly ok: false; readonly reason: 'CODE_TOO_OLD' | 'CODE_FROM_THE_FUTURE' };

/**
 * The rule for wrong clocks.
 *
 * A gate is sure of its clock when it was set not long ago and does not stand before the floor. Then
 * the code must be of now: within its life without a flag, and a little farther off with one, since
 * phones are off too. A gate that is not sure knows only that it is later than the floor: it takes
 * the code's own time where that is past the floor and not absurd, with a flag and lower caps.
 */
export function judgeTime(madeAt: number, time: GateTime, policy: GatePolicy): JudgedTime {
  const isBehind = time.wallMs < time.floorMs;
  const isSure =
    !isBehind &&
    time.setAtMs !== undefined &&
    time.wallMs - time.setAtMs <= policy.clockSureSeconds * 1000;
  return isSure
    ? sureTime(madeAt * 1000, time.wallMs, policy)
    : unsureTime(madeAt * 1000, time.floorMs, isBehind, policy);
}

function sureTime(madeAtMs: number, nowMs: number, policy: GatePolicy): JudgedTime {
  const ageMs = nowMs - madeAtMs;
  const flaggedMs = policy.flaggedSeconds * 1000;
  const isOld = ageMs > policy.codeLifeSeconds * 1000;
  const isAhead = -ageMs > policy.aheadSeconds * 1000;
  if (!isOld && !isAhead) return { ok: true, nowMs, flags: [], isSure: true };
  if (ageMs > flaggedMs) return { ok: false, reason: 'CODE_TOO_OLD' };
  if (-ageMs > flaggedMs) return { ok: false, reason: 'CODE_FROM_THE_FUTURE' };
  const flag = isOld ? 'PHONE_CLOCK_BEHIND' : 'PHONE_CLOCK_AHEAD';
  return { ok: true, nowMs, flags: [flag], isSure: true };
}

function unsureTime(
  madeAtMs: number,
  floorMs: number,
  isBehind: boolean,
  policy: GatePolicy,
): JudgedTime {
  if (madeAtMs < floorMs - policy.flaggedSeconds * 1000)
    return { ok: false, reason: 'CODE_TOO_OLD' };
  if (madeAtMs > floorMs + policy.unsureSpanSeconds * 1000) {
    return { ok: false, reason: 'CODE_FROM_THE_FUTURE' };
  }
  const flag = isBehind ? 'GATE_CLOCK_BEHIND' : 'GATE_CLOCK_UNSURE';
  return { ok: true, nowMs: Math.max(madeAtMs, floorMs), flags: [flag], isSure: false };
}
