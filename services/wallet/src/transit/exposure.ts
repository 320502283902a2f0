import type { Database } from '@causeway/db';
import type { Runtime } from '@causeway/runtime';
import type { Policy } from '../limits/policy.ts';
import { type CapShare, capShare } from './caps.ts';
import { type Exposure, selectExposure } from './store.ts';

/** How long a figure may be used for new grants: it is a sum over all that are alive. */
const FRESH_MS = 5_000;

/** What the grants that are alive come to, and what share of the caps new ones get for it. */
export interface ExposureWatch {
  /** As it is now. */
  measure(): Promise<Exposure>;
  /** The share for a new grant, by figures of the last seconds. */
  share(): Promise<CapShare>;
}

/** Watches the exposure; grants that are asked for at once share one look. */
export function exposureWatch(db: Database, { transit }: Policy, runtime: Runtime): ExposureWatch {
  let last: { atMs: number; measured: Promise<Exposure> } | undefined;
  const recent = () => {
    const nowMs = runtime.clock.monotonicMs();
    if (last !== undefined && nowMs - last.atMs < FRESH_MS) return last.measured;
    const measured = selectExposure(db);
    last = { atMs: nowMs, measured };
    measured.catch(() => {
      last = undefined;
    });
    return measured;
  };
  return {
    measure: () => selectExposure(db),
    async share() {
      if (transit === undefined) return { percent: 0, reason: 'no transit grants are signed' };
      return capShare(transit.risk, await recent());
    },
  };
}

/**
 * What copies could cost at worst, in minor units. A gate without a network holds a grant to its
 * total by itself and knows of no other gate: so each but the first, whose rides are honest, may let pass
 * all that is left of every grant, once, while it is good.
 *
 * @param grantedMinor the sum of what is left of the totals of all grants
 * @param gateCount how many gates are without a network at once
 */
export function worstReplayMinor(grantedMinor: bigint, gateCount: bigint): bigint {
  return gateCount > 1n ? grantedMinor * (gateCount - 1n) : 0n;
}
