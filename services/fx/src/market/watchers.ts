import type { Identity } from '@causeway/rpc';
import { refuse } from '../errors.ts';

const MAX_WATCHERS = 1_000;
/** Enough for the processes of one caller, and too few to leave no place for the others. */
const MAX_WATCHERS_OF_ONE = 32;

/** Who watches rates: streams cost memory for as long as somebody holds them open. */
export class Watchers {
  readonly #byCaller = new Map<string, number>();
  #open = 0;

  /** Answers the function that leaves again. Throws TOO_MANY_WATCHERS. */
  enter({ kind, id }: Pick<Identity, 'kind' | 'id'>): () => void {
    const caller = `${kind}/${id}`;
    const own = this.#byCaller.get(caller) ?? 0;
    if (own >= MAX_WATCHERS_OF_ONE || this.#open >= MAX_WATCHERS) {
      throw refuse('TOO_MANY_WATCHERS', 'too many streams watch rates', { retryAfterMs: 5_000 });
    }
    this.#byCaller.set(caller, own + 1);
    this.#open += 1;
    return () => this.#leave(caller);
  }

  #leave(caller: string): void {
    const left = (this.#byCaller.get(caller) ?? 0) - 1;
    if (left > 0) this.#byCaller.set(caller, left);
    else this.#byCaller.delete(caller);
    this.#open -= 1;
  }
}
