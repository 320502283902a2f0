import type { PairKey } from '../pairs.ts';
import type { ReferenceRate, ReferenceTable } from './table.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The reference rates in force. */
export class Reference {
  readonly #freshMs: number;
  #table: ReferenceTable | undefined;
  #freshUntilMs = 0;

  /** @param freshDays how many whole days after its own a day's rates are still disclosed */
  constructor(freshDays: number) {
    this.#freshMs = (freshDays + 1) * DAY_MS;
  }

  /**
   * Puts a table in force.
   *
   * @param forEver for a file that is configured as it stands: its age is the operator's choice
   */
  replace(table: ReferenceTable, { forEver }: { forEver: boolean }): void {
    this.#table = table;
    const dayMs = Date.parse(`${table.day}T00:00:00Z`);
    this.#freshUntilMs = forEver ? Number.POSITIVE_INFINITY : dayMs + this.#freshMs;
  }

  /** The rate to disclose; undefined where there is none, or only one that is too old. */
  freshRate(key: PairKey, nowMs: number): ReferenceRate | undefined {
    return nowMs < this.#freshUntilMs ? this.#table?.rates.get(key) : undefined;
  }

  /** The last known rate however old, to judge other prices by. */
  lastRate(key: PairKey): ReferenceRate | undefined {
    return this.#table?.rates.get(key);
  }

  /** Epoch milliseconds until when the table in force may be disclosed. */
  get freshUntilMs(): number {
    return this.#freshUntilMs;
  }
}
