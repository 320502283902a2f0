/**
 * One event that ends many waits, one wait at a time. `Promise.race` against a promise that lives
 * as long as a stream would leave a reaction on it for every message that ever passed.
 */
export class Interruption {
  #reason: Error | undefined;
  #endWait: ((reason: Error) => void) | undefined;

  /** Why it was interrupted, once it was. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  /** Ends the wait under way, and each one that begins later. The first reason stands. */
  interrupt(reason: Error): void {
    this.#reason ??= reason;
    this.#endWait?.(this.#reason);
  }

  /** What the promise comes to, or rejects as soon as it is interrupted. One wait at a time. */
  async unless<T>(promise: Promise<T>): Promise<T> {
    if (this.#reason !== undefined) {
      // Nobody will look at it any more, and its failure is no unhandled one.
      promise.catch(() => {});
      throw this.#reason;
    }
    return new Promise<T>((resolve, reject) => {
      this.#endWait = reject;
      promise.then(resolve, reject);
    });
  }
}
