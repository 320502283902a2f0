import { coalesce } from '@causeway/batch';
import { ParticipantKind } from '@causeway/proto/common';
import type { CoverServiceService, SliceGrant, SliceReport } from '@causeway/proto/settlement';
import type { Client } from '@causeway/rpc';
import { failpoint, type Runtime, Trouble } from '@causeway/runtime';
import { refuse } from '../errors.ts';
import { coverRefills, coverWrittenOff } from '../metrics.ts';
import type { CoverMove } from './moves.ts';
import { type CoverKey, freeMinor, type Grant, isRestored, type Slice, sliceKey } from './slice.ts';
import type { CoverStore } from './store.ts';

/** How often settlement hears what became of its slices, and this replica of new limits. */
const SYNC_MS = 1_000;
/** Amounts that one need may name; more wait for the next call. */
const MAX_AMOUNTS = 256;

export interface CoverOptions {
  store: CoverStore;
  settlement: Pick<Client<typeof CoverServiceService>, 'leaseCover'>;
  runtime: Runtime;
}

/** What came of asking for more cover: try again, or all cover is gone. */
export type Refilled = 'more' | 'exhausted';

/** Who must be reserved for, as payments ask. */
export interface Limits {
  /** Asks memory alone. Whoever is not limited is never asked about again. */
  isCovered(side: CoverKey['side'], id: string, currencyCode: string): boolean;
}

/**
 * This replica's end of the cover that settlement leases. Payments reserve from a slice in their own
 * commits; here slices are filled before they need to be, filled at once where one is empty, and
 * returned where they are too large.
 */
export class Cover implements Limits {
  #limited: ReadonlySet<string> = new Set();
  /** What was free at the last sync beyond what is to be held. */
  #surplus = new Map<string, bigint>();
  #cancel: (() => void) | undefined;
  #syncing: Promise<void> = Promise.resolve();
  readonly #unheard: Trouble;
  readonly #restored: Trouble;
  readonly #refill;

  constructor(private readonly options: CoverOptions) {
    const { runtime } = options;
    this.#unheard = new Trouble(runtime, 'settlement does not lease cover');
    this.#restored = new Trouble(runtime, 'slices of cover were restored and written off', 'error');
    this.#refill = coalesce({
      name: 'routing.cover',
      runtime,
      maxBatch: MAX_AMOUNTS,
      execute: (moves: CoverMove[]) => this.#refillAll(moves),
    });
  }

  isCovered(side: CoverKey['side'], id: string, currencyCode: string): boolean {
    return this.#limited.size > 0 && this.#limited.has(sliceKey({ side, id, currencyCode }));
  }

  /**
   * Asks settlement for more where a slice was too small; all that wait are asked for in one call.
   * Refuses COVER_UNAVAILABLE where settlement does not answer.
   */
  refill(move: CoverMove, deadlineMs: number): Promise<Refilled> {
    return this.#refill(move, { deadlineMs });
  }

  /**
   * Learns who is limited from what was stored, then from settlement where it answers: it is the
   * first to be told by a database that was restored.
   */
  async start(): Promise<void> {
    await this.#readLimits();
    await this.sync();
    this.#cancel = this.options.runtime.timers.every(SYNC_MS, () => {
      this.#syncing = this.sync();
      return this.#syncing;
    });
  }

  /** Tells settlement how slices stand, and takes up what it answers. Never throws. */
  async sync(): Promise<void> {
    try {
      const slices = await this.#readLimits();
      const { grants } = await this.#lease(slices, []);
      const named = new Set(grants.map(sliceKey));
      for (const slice of slices) {
        if (slice.isLimited && !named.has(sliceKey(slice))) await this.options.store.lift(slice);
      }
      await this.#returnSurplus(await this.#readLimits());
      this.#unheard.passed();
    } catch (err) {
      this.#unheard.failed({ err });
    }
  }

  /** Waits for what is under way. */
  async stop(): Promise<void> {
    this.#cancel?.();
    await this.#syncing;
    await this.#refill.drain();
  }

  async #readLimits(): Promise<Slice[]> {
    const slices = await this.options.store.slices();
    this.#limited = new Set(slices.filter(({ isLimited }) => isLimited).map(sliceKey));
    return slices;
  }

  async #refillAll(moves: readonly CoverMove[]): Promise<Refilled[]> {
    try {
      const { exhausted } = await this.#lease(await this.#readLimits(), moves);
      this.#unheard.passed();
      return moves.map((move) => {
        const outcome = exhausted.has(sliceKey(move)) ? 'exhausted' : 'more';
        coverRefills.add(1, { side: move.side, participant: move.id, outcome });
        return outcome;
      });
    } catch (err) {
      this.#unheard.failed({ err });
      for (const { side, id } of moves) {
        coverRefills.add(1, { side, participant: id, outcome: 'unavailable' });
      }
      throw refuse('COVER_UNAVAILABLE', 'cover cannot be had now; nothing was recorded', {
        retryAfterMs: 1_000,
        cause: err,
      });
    }
  }

  /** One call to settlement, and its answer recorded. */
  async #lease(slices: readonly Slice[], moves: readonly CoverMove[]) {
    const { settlement, store } = this.options;
    const needs = [...byKey(moves).values()].map((waiting) => ({
      ...named(waiting[0]),
      amountsMinor: waiting.map(({ minor }) => minor),
    }));
    const answer = await settlement.leaseCover({ reports: slices.map(reportOf), needs });
    await failpoint('routing.cover.leased');
    const known = new Map(slices.map((slice) => [sliceKey(slice), slice]));
    const grants = answer.grants.map(grantOf);
    for (const grant of grants) {
      const slice = known.get(sliceKey(grant));
      if (isNews(slice, grant) && (await store.accept(grant))) this.#tellRestored(grant);
    }
    await failpoint('routing.cover.recorded');
    const gone = answer.grants.filter((grant) => grant.exhausted).map(grantOf);
    return { grants, exhausted: new Set(gone.map(sliceKey)) };
  }

  #tellRestored({ side, id, currencyCode }: Grant): void {
    coverWrittenOff.add(1, { side, participant: id, currency: currencyCode });
    this.#restored.failed({ side, participant: id, currency: currencyCode });
  }

  /** What has been too much for two syncs goes back: what was just leased is waited for. */
  async #returnSurplus(slices: readonly Slice[]): Promise<void> {
    const before = this.#surplus;
    this.#surplus = new Map();
    for (const slice of slices) {
      const free = freeMinor(slice);
      if (free <= 2n * slice.targetMinor) continue;
      const key = sliceKey(slice);
      this.#surplus.set(key, free);
      if (!before.has(key)) continue;
      await this.options.store.giveUp(slice, slice.targetMinor);
      await failpoint('routing.cover.returned');
    }
  }
}

/** Whether an answer changes anything that is stored. */
function isNews(slice: Slice | undefined, grant: Grant): boolean {
  if (!slice?.isLimited) return true;
  const { leasedMinor, targetMinor } = slice;
  return (
    grant.leasedMinor > leasedMinor ||
    grant.targetMinor !== targetMinor ||
    isRestored(slice, grant.known)
  );
}

function byKey(moves: readonly CoverMove[]): Map<string, [CoverMove, ...CoverMove[]]> {
  const groups = new Map<string, [CoverMove, ...CoverMove[]]>();
  for (const move of moves) {
    const group = groups.get(sliceKey(move));
    if (group) group.push(move);
    else groups.set(sliceKey(move), [move]);
  }
  return groups;
}

const KINDS = { acquirer: ParticipantKind.ACQUIRER, issuer: ParticipantKind.ISSUER } as const;

function named({ side, id, currencyCode }: CoverKey) {
  return { participant: { participantKind: KINDS[side], participantId: id }, currencyCode };
}

function reportOf(slice: Slice): SliceReport {
  const { leasedMinor, returnedMinor, reservedMinor, givenBackMinor } = slice;
  return { ...named(slice), leasedMinor, returnedMinor, reservedMinor, givenBackMinor };
}

function grantOf({
  participant,
  currencyCode,
  leasedMinor,
  targetMinor,
  known,
}: SliceGrant): Grant {
  if (!participant || !known) throw new Error('settlement leased cover of nobody');
  const side = participant.participantKind === ParticipantKind.ISSUER ? 'issuer' : 'acquirer';
  const key: CoverKey = { side, id: participant.participantId, currencyCode };
  return { ...key, leasedMinor, targetMinor, known };
}
