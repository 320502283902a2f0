/**
 * Queues of several parties, served in turn: each `shift` takes the oldest item of the party
 * that has waited longest for its turn, so that a party with much queued delays nobody else.
 * With one party it is a plain first-in, first-out queue.
 */
export class FairQueue<T> {
  // The order of this map is the order of turns: a party served goes to the end.
  readonly #parties = new Map<string, Line<T>>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  lengthOf(party: string): number {
    return this.#parties.get(party)?.length ?? 0;
  }

  push(party: string, item: T): void {
    this.#lineOf(party).push(item);
    this.#length += 1;
  }

  /** Puts an item before all others of its party: it has waited elsewhere already. */
  pushFirst(party: string, item: T): void {
    this.#lineOf(party).pushFirst(item);
    this.#length += 1;
  }

  shift(): T | undefined {
    for (const [party, line] of this.#parties) {
      const item = line.shift();
      if (line.length === 0) this.#parties.delete(party);
      else if (this.#parties.size > 1) this.#moveToEnd(party, line);
      this.#length -= 1;
      return item;
    }
    return undefined;
  }

  /** Takes out the newest item of the party with most, which must have more than `than`. */
  popFromLongest(than: number): T | undefined {
    let longest: [string, Line<T>] | undefined;
    for (const entry of this.#parties) {
      if (entry[1].length > (longest?.[1].length ?? than)) longest = entry;
    }
    if (longest === undefined) return undefined;
    const [party, line] = longest;
    const item = line.pop();
    if (line.length === 0) this.#parties.delete(party);
    this.#length -= 1;
    return item;
  }

  #lineOf(party: string): Line<T> {
    let line = this.#parties.get(party);
    if (line === undefined) {
      line = new Line();
      this.#parties.set(party, line);
    }
    return line;
  }

  #moveToEnd(party: string, line: Line<T>): void {
    this.#parties.delete(party);
    this.#parties.set(party, line);
  }
}

const COMPACT_FROM = 512;

/** A first-in, first-out list: `Array.shift` moves every element, this moves an index. */
class Line<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  pushFirst(item: T): void {
    if (this.#head === 0) {
      this.#items.unshift(item);
    } else {
      this.#head -= 1;
      this.#items[this.#head] = item;
    }
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head >= COMPACT_FROM && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  pop(): T | undefined {
    return this.#items.pop();
  }
}
