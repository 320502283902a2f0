import { coalesce } from '@causeway/batch';
import type { Database } from '@causeway/db';
import { laneOf, type Runtime } from '@causeway/runtime';
import { claimLanes, selectLanes } from './lanes-store.ts';

/** Where an agreement's charges are kept. It never changes. */
export interface AgreementPlace {
  agreementId: string;
  lane: number;
  /** Absent where the id can never be signed: it was used before anybody signed it. */
  walletId: string | undefined;
}

/** Where charges under agreements are to be found. */
export interface AgreementLanes {
  /**
   * Where what is done under this agreement is recorded, for ever: where nobody has signed it,
   * nobody can from now on.
   */
  claim(agreementId: string, options: { deadlineMs: number }): Promise<AgreementPlace>;
  /** The same for whoever only asks: the id's own lane where it has no place yet. */
  find(agreementId: string): Promise<AgreementPlace>;
}

/** Places never change, so they may be kept; this many are some ten megabytes. */
const MAX_KEPT = 50_000;

/**
 * The places of agreements, each looked up once. Many that are asked for at once are one query,
 * and one that was charged before costs none.
 */
export function agreementLanes(db: Database, runtime: Runtime): AgreementLanes {
  const kept = new Map<string, AgreementPlace>();
  const keep = (place: AgreementPlace | undefined) => {
    if (place === undefined) return place;
    const [oldest] = kept.keys();
    if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    kept.set(place.agreementId, place);
    return place;
  };
  const claim = coalesce<string, AgreementPlace>({
    name: 'wallet.agreement_lanes',
    runtime,
    execute: (agreementIds) => placesOf(db, agreementIds),
  });
  return {
    async claim(agreementId, options) {
      return kept.get(agreementId) ?? keep(await claim(agreementId, options)) ?? fail(agreementId);
    },
    async find(agreementId) {
      const [found] = kept.has(agreementId) ? [] : await selectLanes(db, [agreementId]);
      return kept.get(agreementId) ?? keep(found) ?? unplaced(agreementId);
    },
  };
}

async function placesOf(db: Database, agreementIds: readonly string[]): Promise<AgreementPlace[]> {
  const places = new Map<string, AgreementPlace>();
  const enter = (found: readonly AgreementPlace[]) => {
    for (const place of found) places.set(place.agreementId, place);
  };
  const missing = () => [...new Set(agreementIds)].filter((id) => !places.has(id)).sort();
  enter(await selectLanes(db, missing()));
  if (missing().length > 0) {
    await claimLanes(db, missing().map(unplaced));
    // Read again: a signature that was faster has the place, and not this claim.
    enter(await selectLanes(db, missing()));
  }
  return agreementIds.map((id) => places.get(id) ?? fail(id));
}

function unplaced(agreementId: string): AgreementPlace {
  return { agreementId, lane: laneOf(agreementId), walletId: undefined };
}

function fail(agreementId: string): never {
  throw new Error(`agreement ${agreementId} was given no place`);
}
