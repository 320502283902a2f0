/**
 * Rows of one kind: as they were read, and as the batch changed them since. A row that was asked
 * for and does not exist is known to be absent, which is another thing than not having asked.
 */
export class Tracked<Row> {
  readonly #read = new Map<string, Row | undefined>();
  readonly #now = new Map<string, Row | undefined>();

  /** Enters what the database answered for this key. */
  loaded(key: string, row: Row | undefined): void {
    this.#read.set(key, row);
    this.#now.set(key, row);
  }

  /** The row as the batch so far leaves it. Throws if the key was not asked for. */
  get(key: string): Row | undefined {
    const row = this.#now.get(key);
    // Taking "not asked" for "absent" would decide a payment a second time.
    if (row === undefined && !this.#now.has(key)) throw new Error(`${key} was not loaded`);
    return row;
  }

  /** Every row as the batch so far leaves it. */
  rows(): Row[] {
    return [...this.#now.values()].filter((row) => row !== undefined);
  }

  set(key: string, row: Row): void {
    if (!this.#read.has(key)) throw new Error(`${key} was not loaded`);
    this.#now.set(key, row);
  }

  /** Rows to insert, by key, so that two writers never wait for each other's keys crosswise. */
  created(): Row[] {
    return this.#differing((before) => before === undefined);
  }

  /** Rows to update. */
  changed(): Row[] {
    return this.#differing((before) => before !== undefined);
  }

  #differing(which: (before: Row | undefined) => boolean): Row[] {
    const rows: [string, Row][] = [];
    for (const [key, row] of this.#now) {
      const before = this.#read.get(key);
      if (row !== undefined && row !== before && which(before)) rows.push([key, row]);
    }
    return rows.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  }
}
