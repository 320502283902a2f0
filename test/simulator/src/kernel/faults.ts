import type { Chance } from './chance.ts';

/** How often things go wrong, as probabilities of each message, statement or process. */
export interface Weather {
  /** A request that never arrives. */
  lost: number;
  /** An answer that never arrives. */
  unheard: number;
  /** A connection that cannot be made. */
  unreachable: number;
  /** A message that takes seconds. */
  late: number;
  /** A message that arrives, again, much later. */
  twice: number;
  /** A statement that is refused, or a connection that is lost before it. */
  refused: number;
  /** A statement that is executed and whose connection is lost. */
  unanswered: number;
  /** A process that dies as it sends or hears something. */
  crash: number;
}

/** Decides what goes wrong, by the name of each thing that could. */
export class Faults {
  /** Every fault that happened, in order. */
  readonly happened: string[] = [];
  readonly #counts = new Map<string, number>();

  constructor(
    private readonly chance: Chance,
    readonly weather: Weather,
    private readonly without: ReadonlySet<string>,
    private readonly mayHappen: () => boolean,
  ) {}

  /** A name that is not given out twice: with a number behind it, counted for this name alone. */
  named(name: string): string {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return `${name} #${count}`;
  }

  /** Which of some faults hits what is named; at most one does. */
  hit<Kind extends keyof Weather>(name: string, kinds: readonly Kind[]): Kind | undefined {
    if (!this.mayHappen()) return undefined;
    let left = this.chance.unit(name);
    for (const kind of kinds) {
      left -= this.weather[kind];
      if (left >= 0) continue;
      const fault = `${name} ${kind}`;
      if (this.without.has(fault)) return undefined;
      this.happened.push(fault);
      return kind;
    }
    return undefined;
  }
}
