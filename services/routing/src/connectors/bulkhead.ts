/**
 * How many calls wait for each route's connector. A call beyond the limit is not made, so that a
 * partner that hangs holds up its own payments alone.
 */
export class Bulkhead {
  readonly #waiting = new Map<string, number>();

  /** Makes the call where there is room for it; answers undefined where there is none. */
  run<T>(key: string, limit: number, call: () => Promise<T>): Promise<T> | undefined {
    const waiting = this.#waiting.get(key) ?? 0;
    if (waiting >= limit) return undefined;
    this.#waiting.set(key, waiting + 1);
    return call().finally(() => this.#leave(key));
  }

  #leave(key: string): void {
    const left = (this.#waiting.get(key) ?? 1) - 1;
    if (left === 0) this.#waiting.delete(key);
    else this.#waiting.set(key, left);
  }
}
