import type { Timers } from '@causeway/runtime';

/** Lets one loop sleep until it is woken or a pause is over. A call while it works is not lost. */
export class Wake {
  readonly #timers: Timers;
  #woken = false;
  #resolve: (() => void) | undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  wake(): void {
    this.#woken = true;
    this.#resolve?.();
  }

  /** Resolves at the next `wake`, at once if there was one since the last wait, or after `ms`. */
  async wait(ms: number): Promise<void> {
    if (!this.#woken) {
      await new Promise<void>((resolve) => {
        const cancel = this.#timers.after(ms, resolve);
        this.#resolve = () => {
          cancel();
          resolve();
        };
      });
    }
    this.#resolve = undefined;
    this.#woken = false;
  }
}
