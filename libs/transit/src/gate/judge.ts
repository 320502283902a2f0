import type { ReadCode } from '../code/code.ts';
import { capIn } from '../grant/grant.ts';
import type { Scene } from '../scene.ts';
import type { Reason } from '../tap/outcome.ts';
import type { TapFlag, TapKind } from '../tap/tap.ts';
import type { TrustBundle } from '../trust/bundle.ts';
import type { GateMemory } from './memory.ts';
import type { GatePolicy } from './policy.ts';
import { type GateTime, judgeTime } from './time.ts';

/** What is asked of a gate besides the code. */
export interface RideAsked {
  readonly scene: Scene;
  readonly kind: TapKind;
  readonly currencyCode: string;
  /** What `Tap.fareMinor` says of the kind: the fare, the most that it may come to, or nothing. */
  readonly fareMinor: bigint;
}

/** What a gate judges a genuine code by. */
export interface Situation {
  readonly ride: RideAsked;
  readonly time: GateTime;
  readonly trust: Pick<TrustBundle, 'provenAt' | 'isDenied' | 'ceiling'>;
  readonly memory: Pick<GateMemory, 'highest' | 'ridden' | 'lastAtMs'>;
  readonly policy: GatePolicy;
}

/** A judgement: to let in, with the time and what is out of the ordinary, or why not. */
export type Judged =
  | { readonly reason: 'ACCEPTED'; readonly nowMs: number; readonly flags: readonly TapFlag[] }
  | { readonly reason: Exclude<Reason, 'ACCEPTED'> };

/**
 * Judges a code that is genuine. A pure function; what it asks, it asks in the order of the README,
 * and the first no is the answer.
 */
export function judge(code: ReadCode, situation: Situation): Judged {
  const { grant } = code.grant;
  const { ride, policy, trust, memory } = situation;
  const place = whyNotHere(code, ride);
  if (place !== undefined) return { reason: place };
  const time = judgeTime(code.madeAt, situation.time, policy);
  if (time.ok) {
    if (time.nowMs >= grant.expiresAt * 1000) return { reason: 'GRANT_ENDED' };
    const slackMs = policy.aheadSeconds * 1000;
    if (time.nowMs < grant.notBefore * 1000 - slackMs) return { reason: 'GRANT_NOT_BEGUN' };
  } else return { reason: time.reason };
  if (trust.isDenied(grant)) return { reason: 'DENY_LISTED' };
  const trustPercent = trustLeft(time.nowMs - trust.provenAt * 1000, policy);
  if (trustPercent === 0) return { reason: 'TRUST_TOO_OLD' };
  const repeated = whyRepeated(code, memory, time.nowMs, policy);
  if (repeated !== undefined) return { reason: repeated };
  const unsurePercent = time.isSure ? 100 : policy.unsureCapPercent;
  const over = whyOverCap(code, situation, BigInt(trustPercent * unsurePercent));
  if (over !== undefined) return { reason: over };
  const flags: TapFlag[] = trustPercent < 100 ? [...time.flags, 'TRUST_STALE'] : [...time.flags];
  return { reason: 'ACCEPTED', nowMs: time.nowMs, flags };
}

function whyNotHere(
  { scene, grant: { grant } }: ReadCode,
  ride: RideAsked,
): 'SCENE_REFUSED' | 'CURRENCY_REFUSED' | undefined {
  const isAllowed = grant.scenes.length === 0 || grant.scenes.includes(ride.scene);
  if (!isAllowed || (scene !== undefined && scene !== ride.scene)) return 'SCENE_REFUSED';
  return capIn(grant, ride.currencyCode) === undefined ? 'CURRENCY_REFUSED' : undefined;
}

/** What is left of caps with a trust bundle of that age, in percent. */
function trustLeft(ageMs: number, { staleness }: GatePolicy): number {
  const reached = staleness.filter(({ olderThanSeconds }) => ageMs > olderThanSeconds * 1000);
  return reached.reduce((least, { capPercent }) => Math.min(least, capPercent), 100);
}

function whyRepeated(
  { counter, grant: { grant } }: ReadCode,
  memory: Situation['memory'],
  nowMs: number,
  { userPauseSeconds }: GatePolicy,
): 'SAME_CODE' | 'EARLIER_CODE' | 'SAME_USER' | undefined {
  const highest = memory.highest(grant);
  if (counter === highest) return 'SAME_CODE';
  if (counter < highest) return 'EARLIER_CODE';
  const lastAtMs = memory.lastAtMs(grant);
  const isTooSoon = lastAtMs !== undefined && Math.abs(nowMs - lastAtMs) < userPauseSeconds * 1000;
  return isTooSoon ? 'SAME_USER' : undefined;
}

/** @param share what is left of caps, in hundredths of a percent */
function whyOverCap(
  { counter, grant: { grant } }: ReadCode,
  { ride, trust, memory }: Situation,
  share: bigint,
): 'CODES_USED_UP' | 'OVER_SINGLE_CAP' | 'OVER_TOTAL_CAP' | undefined {
  if (counter > grant.codes) return 'CODES_USED_UP';
  const cap = capIn(grant, ride.currencyCode);
  const ceiling = trust.ceiling(grant.issuer, ride.currencyCode);
  const left = (minor: bigint | undefined, most: bigint | undefined) => {
    const least = most !== undefined && most < (minor ?? 0n) ? most : (minor ?? 0n);
    return (least * share) / 10_000n;
  };
  if (ride.fareMinor > left(cap?.singleMinor, ceiling?.singleMinor)) return 'OVER_SINGLE_CAP';
  const riddenMinor = memory.ridden(grant, ride.currencyCode) + ride.fareMinor;
  // An exit costs nothing more: whoever is inside is let out, however much was ridden.
  const isOver = ride.fareMinor > 0n && riddenMinor > left(cap?.totalMinor, ceiling?.totalMinor);
  return isOver ? 'OVER_TOTAL_CAP' : undefined;
}
