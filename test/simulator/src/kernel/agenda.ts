/** Something that happens at a virtual time. */
interface Entry {
  atMs: number;
  /** Breaks ties in the order in which they were entered. */
  order: number;
  run: () => void;
  isCancelled: boolean;
}

/** What is to happen, by virtual time: a binary heap, since each payment enters some forty things. */
export class Agenda {
  readonly #heap: Entry[] = [];
  #entered = 0;

  /** Enters something; what is answered has it not happen. */
  add(atMs: number, run: () => void): () => void {
    this.#entered += 1;
    const heap = this.#heap;
    const entry = { atMs, order: this.#entered, run, isCancelled: false };
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, entry)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = entry;
    return () => {
      entry.isCancelled = true;
    };
  }

  /** Takes out what is next; undefined where nothing is left. */
  take(): Entry | undefined {
    for (;;) {
      const entry = this.#takeAny();
      if (!entry?.isCancelled) return entry;
    }
  }

  #takeAny(): Entry | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      const left = heap[below];
      if (left === undefined) break;
      const right = heap[below + 1];
      const smaller = right !== undefined && isBefore(right, left) ? right : left;
      if (smaller === right) below += 1;
      if (!isBefore(smaller, last)) break;
      heap[at] = smaller;
      at = below;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
