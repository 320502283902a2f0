/** Outcomes of payments over a route. */
export interface Totals {
  outcomes: number;
  successes: number;
}

interface Bucket extends Totals {
  startMs: number;
}

/** Outcomes leave the window in steps of this share of it. */
const STEPS = 30;

/** Outcomes of one route that are not older than a window. Bounded: one bucket for each step. */
export class OutcomeWindow {
  #buckets: Bucket[] = [];

  /** Adds outcomes of now. */
  add(nowMs: number, windowMs: number, { outcomes, successes }: Totals): void {
    const last = this.#buckets.at(-1);
    if (last && nowMs - last.startMs < windowMs / STEPS) {
      last.outcomes += outcomes;
      last.successes += successes;
      return;
    }
    this.#forget(nowMs, windowMs);
    this.#buckets.push({ startMs: nowMs, outcomes, successes });
  }

  totals(nowMs: number, windowMs: number): Totals {
    this.#forget(nowMs, windowMs);
    const totals = { outcomes: 0, successes: 0 };
    for (const { outcomes, successes } of this.#buckets) {
      totals.outcomes += outcomes;
      totals.successes += successes;
    }
    return totals;
  }

  clear(): void {
    this.#buckets = [];
  }

  #forget(nowMs: number, windowMs: number): void {
    this.#buckets = this.#buckets.filter(({ startMs }) => nowMs - startMs < windowMs);
  }
}
