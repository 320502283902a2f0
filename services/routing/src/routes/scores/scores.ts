import type { Money } from '@causeway/proto/common';
import { CircuitState, type Policy, type RouteScore, ScoreSnapshot } from '@causeway/proto/routing';
import { type Runtime, Trouble } from '@causeway/runtime';
import { circuitsOpen, routeOutcomes } from '../../metrics.ts';
import { byId } from '../decide/route-index.ts';
import { Remembered } from '../remembered.ts';
import { RouteHealth } from './health.ts';
import { Liquidity } from './liquidity.ts';
import type { ScoreStore, StoredSnapshot } from './store.ts';

/** Scores of one moment, as choices use them. */
export interface Scores {
  /** UUID; empty where nothing has been stored yet. */
  snapshotId: string;
  byRoute: ReadonlyMap<string, RouteScore>;
}

/** How often it looks whether a snapshot is due. */
const LOOK_MS = 200;
/** Snapshots are at least this far apart. */
const SNAPSHOT_MS = 1_000;
/** Snapshots of the past that explanations and simulations keep in memory. */
const REMEMBERED = 512;

export interface RouteScoresOptions {
  store: ScoreStore;
  /** The policy in force. */
  policies: { readonly inForce: Policy };
  runtime: Runtime;
  /** Which replica this is. */
  instance: string;
}

/**
 * How routes do, as this replica sees it. What outcomes change is used for choices only after it
 * was stored as a snapshot, so that every choice can be made again.
 */
export class RouteScores {
  #current: Scores = { snapshotId: '', byRoute: new Map() };
  #stored = new Uint8Array();
  #storedAtMs = 0;
  #cancel: (() => void) | undefined;
  #looking = Promise.resolve();
  readonly #health = new Map<string, RouteHealth>();
  readonly #liquidity: Liquidity;
  readonly #known: Remembered<string, Scores>;
  readonly #options: RouteScoresOptions;

  constructor(options: RouteScoresOptions) {
    this.#options = options;
    this.#liquidity = new Liquidity(options.store);
    this.#known = new Remembered(REMEMBERED, async (snapshotId) => {
      const stored = await options.store.find(snapshotId);
      return stored && scoresOf(stored);
    });
  }

  /** What new choices are made by. */
  get current(): Scores {
    return this.#current;
  }

  /** Takes up what was stored last and keeps storing what changes. */
  async start(): Promise<void> {
    await this.#resume();
    const unstored = new Trouble(this.#options.runtime, 'scores of routes could not be stored');
    this.#cancel = this.#options.runtime.timers.every(LOOK_MS, () => {
      return this.look().then(
        () => unstored.passed(),
        (err) => unstored.failed({ err }),
      );
    });
  }

  /**
   * Counts how a payment went over a route: an answer, or a failure that is the route's own
   * fault. That a payer has no money says nothing of the route, and is not counted.
   */
  outcome(routeId: string, succeeded: boolean): void {
    const { policies, runtime } = this.#options;
    let health = this.#health.get(routeId);
    if (health === undefined) {
      health = new RouteHealth();
      this.#health.set(routeId, health);
    }
    health.outcome(succeeded, policies.inForce, runtime.clock.nowMs());
    routeOutcomes.add(1, { route: routeId, outcome: succeeded ? 'succeeded' : 'failed' });
  }

  /** Counts what was captured over a route against its liquidity. */
  carried(routeId: string, payeeAmount: Money): void {
    this.#liquidity.carried(routeId, payeeAmount);
  }

  /** The scores of a snapshot, which is known to be stored. */
  async snapshot(snapshotId: string): Promise<Scores> {
    if (snapshotId === '') return { snapshotId, byRoute: new Map() };
    const found = await this.#known.get(snapshotId);
    if (!found) throw new Error(`score snapshot ${snapshotId} is not stored`);
    return found;
  }

  /** Stores a snapshot where one is due and something has changed; one look after the other. */
  look(): Promise<void> {
    const looking = this.#looking.then(() => this.#look());
    this.#looking = looking.catch(() => {});
    return looking;
  }

  async #look(): Promise<void> {
    const { store, runtime, instance } = this.#options;
    const nowMs = runtime.clock.nowMs();
    if (nowMs - this.#storedAtMs < SNAPSHOT_MS) return;
    const liquidity = await this.#liquidity.settled();
    const snapshot = { scores: this.#scoresAt(nowMs, liquidity) };
    const bytes = ScoreSnapshot.encode(snapshot).finish();
    if (Buffer.from(this.#stored).equals(bytes)) return this.#keepStored(nowMs);
    const snapshotId = runtime.random.uuid();
    await store.insert(snapshotId, instance, new Date(nowMs), bytes);
    this.#stored = bytes;
    this.#storedAtMs = nowMs;
    this.#current = scoresOf({ snapshotId, snapshot });
    this.#report(snapshot.scores);
  }

  /** A restore of the database may have taken away what choices go on being made by. */
  async #keepStored(nowMs: number): Promise<void> {
    const { store, instance } = this.#options;
    const { snapshotId, byRoute } = this.#current;
    if (snapshotId !== '' && !(await store.find(snapshotId))) {
      const bytes = ScoreSnapshot.encode({ scores: [...byRoute.values()] }).finish();
      await store.insert(snapshotId, instance, new Date(nowMs), bytes);
    }
    this.#storedAtMs = nowMs;
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    await this.#looking;
  }

  #scoresAt(nowMs: number, liquidity: ReadonlyMap<string, Money>): RouteScore[] {
    const policy = this.#options.policies.inForce;
    const ids = new Set([...this.#health.keys(), ...liquidity.keys()]);
    return [...ids].sort(byId).flatMap((routeId) => {
      const score = this.#health.get(routeId)?.score(routeId, policy, nowMs);
      const liquidityLeft = liquidity.get(routeId);
      if (score === undefined && liquidityLeft === undefined) return [];
      return [{ ...(score ?? unknownScore(routeId)), liquidityLeft }];
    });
  }

  /** A restart must not close circuits: they were open for a reason. */
  async #resume(): Promise<void> {
    const { store, policies, runtime } = this.#options;
    const nowMs = runtime.clock.nowMs();
    const windowMs = (policies.inForce.scoring?.windowSeconds ?? 0) * 1_000;
    const latest = await store.latestSince(new Date(nowMs - windowMs));
    if (latest === undefined) return;
    this.#current = scoresOf(latest);
    for (const score of latest.snapshot.scores) {
      this.#health.set(score.routeId, RouteHealth.from(score, policies.inForce, nowMs));
    }
  }

  #report(scores: readonly RouteScore[]): void {
    const isOpen = ({ circuitState }: RouteScore) =>
      circuitState === CircuitState.OPEN || circuitState === CircuitState.PROBING;
    circuitsOpen.set(scores.filter(isOpen).length);
  }
}

/** The score of a route that nothing is known of: nothing speaks against it. */
export function unknownScore(routeId: string): RouteScore {
  return {
    routeId,
    outcomeCount: 0n,
    successCount: 0n,
    circuitState: CircuitState.CLOSED,
    openedTime: undefined,
    liquidityLeft: undefined,
  };
}

function scoresOf({ snapshotId, snapshot }: StoredSnapshot): Scores {
  return { snapshotId, byRoute: new Map(snapshot.scores.map((score) => [score.routeId, score])) };
}
