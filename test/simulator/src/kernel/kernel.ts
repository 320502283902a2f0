import { Agenda } from './agenda.ts';
import { Chance } from './chance.ts';
import { Faults, type Weather } from './faults.ts';

/** How a history is run; what a shrunk one leaves out. */
export interface KernelOptions {
  seed: number;
  weather: Weather;
  /** After this virtual time nothing fails any more, in milliseconds from the start. */
  calmFromMs: number;
  /** Names of faults that shall not happen. */
  without: ReadonlySet<string>;
  /** Whether what happens is told line by line. */
  isTold: boolean;
}

/** What a line of a story tells, and when, in milliseconds from the start. */
export interface Line {
  atMs: number;
  text: string;
}

/** After so many steps the event loop has its turn, in which the thread hears what it is to do next. */
const STEPS_OF_A_TURN = 1_000;

/** When a history begins: a Tuesday afternoon in Tokyo. */
const START_MS = Date.UTC(2026, 2, 10, 6);

/**
 * Virtual time and everything that happens in it. One thing happens after the other, and all that
 * follows from it without waiting has followed before the next: so a history is the same whenever it
 * is run.
 */
export class Kernel {
  readonly chance: Chance;
  readonly faults: Faults;
  readonly lines: Line[] = [];
  readonly #agenda = new Agenda();
  readonly #isTold: boolean;
  #elapsedMs = 0;
  /** How many things have happened. */
  steps = 0;

  constructor({ seed, weather, calmFromMs, without, isTold }: KernelOptions) {
    this.chance = new Chance(seed);
    this.faults = new Faults(this.chance, weather, without, () => this.#elapsedMs < calmFromMs);
    this.#isTold = isTold;
  }

  /** Milliseconds since the start. */
  get elapsedMs(): number {
    return this.#elapsedMs;
  }

  /** Epoch milliseconds. */
  get nowMs(): number {
    return START_MS + this.#elapsedMs;
  }

  /** Has something happen after so many milliseconds, unless what is answered is called before. */
  after(ms: number, run: () => void): () => void {
    return this.#agenda.add(this.#elapsedMs + Math.max(ms, 0), run);
  }

  /** Adds a line to the story. The text is made only where it is told. */
  tell(text: () => string): void {
    if (this.#isTold) this.lines.push({ atMs: this.#elapsedMs, text: text() });
  }

  /** Has everything happen until `isOver`, asked at each step, or until nothing is left. */
  run(isOver: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      let left = STEPS_OF_A_TURN;
      const step = () => {
        try {
          const entry = isOver() ? undefined : this.#agenda.take();
          if (entry === undefined) return resolve();
          this.#happen(entry);
        } catch (error) {
          return reject(error);
        }
        left -= 1;
        if (left > 0) return queueMicrotask(next);
        left = STEPS_OF_A_TURN;
        setImmediate(step);
      };
      // A tick that is entered among the promises of a step comes once all of them are settled, however
      // deep, and without a turn of the event loop, which costs more than a step.
      const next = () => process.nextTick(step);
      setImmediate(step);
    });
  }

  #happen({ atMs, run }: { atMs: number; run: () => void }): void {
    this.#elapsedMs = Math.max(this.#elapsedMs, atMs);
    this.steps += 1;
    run();
  }
}
