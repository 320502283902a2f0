import type { Wakeup } from '../wakeup.ts';

/**
 * Tells those who watch a partner's feed on this replica that it has grown. Only a hint: what
 * another replica appended is found by polling.
 */
export class FeedHints {
  readonly #waiting = new Map<string, Set<Wakeup>>();
  readonly #waitingForAny = new Set<Wakeup>();

  /** Wakes those who watch this partner. */
  tell(partnerId: string): void {
    for (const wakeup of this.#waiting.get(partnerId) ?? []) wakeup.wake();
    for (const wakeup of this.#waitingForAny) wakeup.wake();
  }

  /** Wakes this one whenever any feed has grown, until the function that is answered is called. */
  listenToAll(wakeup: Wakeup): () => void {
    this.#waitingForAny.add(wakeup);
    return () => void this.#waitingForAny.delete(wakeup);
  }

  /** Wakes this one from now on, until the function that is answered is called. */
  listen(partnerId: string, wakeup: Wakeup): () => void {
    const waiting = this.#waiting.get(partnerId) ?? new Set();
    this.#waiting.set(partnerId, waiting.add(wakeup));
    return () => {
      waiting.delete(wakeup);
      if (waiting.size === 0 && this.#waiting.get(partnerId) === waiting) {
        this.#waiting.delete(partnerId);
      }
    };
  }
}
