/** Whose payment it is about. */
interface Turn {
  partnerId: string;
  paymentId: string;
}

/**
 * Lets what is decided about one payment be decided one after the other in this process. Refunds
 * of a payment that race for its version would lose again and again; in turn each finds the
 * version that the one before it left. Other replicas, and cancels, still race by the version.
 */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs the work once all that was handed over before for this payment has ended. */
  async take<T>({ partnerId, paymentId }: Turn, work: () => Promise<T>): Promise<T> {
    // Somebody else's partner, who only guesses the id, waits in a queue of its own.
    const key = `${partnerId}/${paymentId}`;
    const before = this.#last.get(key) ?? Promise.resolve();
    // Whoever comes next waits for the end, and is not concerned with how it ended.
    const turn = before.then(work);
    const ended = turn.catch(() => undefined);
    this.#last.set(key, ended);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === ended) this.#last.delete(key);
    }
  }
}
