import type { Tap } from '../tap/tap.ts';

/** A tap that is to be uploaded. */
export interface WaitingTap {
  readonly tap: Tap;
  /** Whether the gate did not open after all, so that nothing is owed. */
  readonly isVoid: boolean;
}

/** Taps on their way to the operator, by their sequence. */
export class Waiting {
  readonly #taps = new Map<number, WaitingTap>();
  #last = 0;

  get size(): number {
    return this.#taps.size;
  }

  /** The greatest sequence that was ever used. */
  get last(): number {
    return this.#last;
  }

  /** A sequence that no other tap has. */
  next(): number {
    return ++this.#last;
  }

  add(tap: Tap): void {
    this.#last = Math.max(this.#last, tap.sequence);
    this.#taps.set(tap.sequence, { tap, isVoid: false });
  }

  void(sequence: number): void {
    const found = this.#taps.get(sequence);
    if (found) this.#taps.set(sequence, { ...found, isVoid: true });
  }

  /** Everything up to this one is at the operator. */
  uploaded(sequence: number): void {
    this.#last = Math.max(this.#last, sequence);
    for (const one of [...this.#taps.keys()]) {
      if (one <= sequence) this.#taps.delete(one);
    }
  }

  first(most: number): WaitingTap[] {
    const sequences = [...this.#taps.keys()].sort((a, b) => a - b).slice(0, most);
    return sequences.flatMap((sequence) => this.#taps.get(sequence) ?? []);
  }
}
