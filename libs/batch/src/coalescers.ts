import type { CoalesceOptions } from './coalesce.ts';
import { Coalescer } from './coalescer.ts';

/** A coalescer for each of the values that items go together by, made when the first one comes. */
export class Coalescers<Item, Answer> {
  readonly #options: CoalesceOptions<Item, Answer>;
  readonly #together: (item: Item) => unknown;
  readonly #parts = new Map<unknown, Coalescer<Item, Answer>>();

  constructor(options: CoalesceOptions<Item, Answer>, together: (item: Item) => unknown) {
    this.#options = options;
    this.#together = together;
  }

  get waiting(): number {
    let waiting = 0;
    for (const part of this.#parts.values()) waiting += part.waiting;
    return waiting;
  }

  submit(item: Item, deadlineMs?: number): Promise<Answer> {
    return this.#partOf(this.#together(item)).submit(item, deadlineMs);
  }

  async drain(): Promise<void> {
    await Promise.all([...this.#parts.values()].map((part) => part.drain()));
  }

  #partOf(value: unknown): Coalescer<Item, Answer> {
    const known = this.#parts.get(value);
    if (known !== undefined) return known;
    const part = new Coalescer(this.#options);
    this.#parts.set(value, part);
    return part;
  }
}
