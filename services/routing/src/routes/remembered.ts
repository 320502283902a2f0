/**
 * Immutable rows that were read before, the least recently used forgotten first. Readers who ask
 * for a row while it is read share one reading; what is not there is asked for again.
 */
export class Remembered<Key, Row> {
  readonly #rows = new Map<Key, Promise<Row | undefined>>();

  /**
   * @param limit how many rows are kept
   * @param read reads one row
   */
  constructor(
    private readonly limit: number,
    private readonly read: (key: Key) => Promise<Row | undefined>,
  ) {}

  /** Reads every row anew: a restore of the database may have put others in their place. */
  forget(): void {
    this.#rows.clear();
  }

  async get(key: Key): Promise<Row | undefined> {
    const reading = this.#rows.get(key) ?? this.read(key);
    // Behind all others, as the one that was used last.
    this.#rows.delete(key);
    this.#rows.set(key, reading);
    const [oldest] = this.#rows.keys();
    if (this.#rows.size > this.limit && oldest !== undefined) this.#rows.delete(oldest);
    try {
      const row = await reading;
      if (row === undefined) this.#rows.delete(key);
      return row;
    } catch (error) {
      this.#rows.delete(key);
      throw error;
    }
  }
}
