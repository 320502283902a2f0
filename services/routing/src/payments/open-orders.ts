import type { Runtime } from '@causeway/runtime';
import { refuse } from '../errors.ts';

/** How old a count of all replicas' orders may be. */
const COUNT_MS = 1_000;

/** Reads how many orders of each partner wait for their payer, in all replicas. */
export type CountWaiting = () => Promise<ReadonlyMap<string, number>>;

/** A place for one order among those of its partner that wait. */
export interface OrderPlace {
  /** The order stands in the database, where the next count sees it. */
  keep(): void;
  /** There was no order after all. */
  giveBack(): void;
}

/**
 * Bounds how many orders of one partner wait for their payer at once. They are counted in the
 * database at most once a second, and in between by what this replica adds: one replica never passes
 * the limit, several by no more than the others add within a second.
 */
export class OpenOrders {
  #counted: ReadonlyMap<string, number> = new Map();
  /** Kept since the last count began, which may not have seen them. */
  #kept = new Map<string, number>();
  readonly #underWay = new Map<string, number>();
  #countedAtMs = Number.NEGATIVE_INFINITY;
  #counting: Promise<void> | undefined;

  /** @param limit the most orders of one partner that may wait */
  constructor(
    private readonly count: CountWaiting,
    private readonly limit: number,
    private readonly runtime: Pick<Runtime, 'clock'>,
  ) {}

  /** Takes a place for an order that is about to be recorded. Refuses TOO_MANY_OPEN_ORDERS. */
  async take(partnerId: string): Promise<OrderPlace> {
    await this.#recount();
    const open = [this.#counted, this.#kept, this.#underWay]
      .map((orders) => orders.get(partnerId) ?? 0)
      .reduce((sum, count) => sum + count, 0);
    if (open >= this.limit) {
      throw refuse('TOO_MANY_OPEN_ORDERS', `${this.limit} orders of this partner wait already`, {
        retryAfterMs: COUNT_MS,
        metadata: { limit: String(this.limit) },
      });
    }
    add(this.#underWay, partnerId, 1);
    return {
      keep: () => {
        add(this.#underWay, partnerId, -1);
        add(this.#kept, partnerId, 1);
      },
      giveBack: () => add(this.#underWay, partnerId, -1),
    };
  }

  async #recount(): Promise<void> {
    const { clock } = this.runtime;
    if (this.#counting === undefined && clock.monotonicMs() - this.#countedAtMs >= COUNT_MS) {
      this.#counting = this.#read(clock.monotonicMs()).finally(() => {
        this.#counting = undefined;
      });
    }
    await this.#counting;
  }

  async #read(beganMs: number): Promise<void> {
    const before = new Map(this.#kept);
    this.#counted = await this.count();
    // What was kept while it was counted may or may not be in it, and counts once more.
    for (const [partnerId, count] of before) add(this.#kept, partnerId, -count);
    this.#countedAtMs = beganMs;
  }
}

/** Whoever has none is forgotten. */
function add(counts: Map<string, number>, partnerId: string, by: number): void {
  const count = (counts.get(partnerId) ?? 0) + by;
  if (count === 0) counts.delete(partnerId);
  else counts.set(partnerId, count);
}
