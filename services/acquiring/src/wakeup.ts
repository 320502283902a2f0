/** Lets one loop sleep until something happens; what happens before the sleep is not lost. */
export class Wakeup {
  #due = false;
  #resume: (() => void) | undefined;

  /** Ends the current sleep, or the next one before it begins. */
  wake(): void {
    this.#due = true;
    this.#resume?.();
  }

  /** Resolves after the next `wake`, or at once where one came since the last sleep. */
  async sleep(): Promise<void> {
    if (!this.#due) {
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
    }
    this.#due = false;
    this.#resume = undefined;
  }
}
