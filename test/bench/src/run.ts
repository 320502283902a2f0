import { verifyBooks } from './books.ts';
import { type Collected, Collection } from './collection.ts';
import type { Bench, Part, Problem, Sample } from './part.ts';
import type { Progress } from './progress.ts';

/** What a run found. */
export interface Findings {
  lines: Collected[];
  /** Wrong books and broken parts; empty is good. */
  problems: Problem[];
}

/** The share of a measurement's time that the round lasts which only warms up. */
const WARM_UP_SHARE = 0.4;

/**
 * Runs parts in turns: all prepare, then each round asks every part once, then each finishes and
 * has its books checked. A part that breaks is a problem and takes no further turn; the others
 * go on.
 */
export async function runParts(
  parts: readonly Part[],
  bench: Bench,
  progress: Progress,
): Promise<Findings> {
  const run = new Run(bench, progress);
  try {
    let going = await run.each(parts, (part) => run.prepare(part));
    for (let round = bench.options.tiny ? 1 : 0; round <= bench.options.rounds; round += 1) {
      const startSeconds = progress.seconds;
      going = await run.each(going, (part) => run.round(part, round));
      run.expect(going, round, progress.seconds - startSeconds);
    }
    await run.each(going, (part) => run.finish(part));
  } finally {
    for (const part of parts) await part.close?.();
  }
  return { lines: run.collection.lines(), problems: run.problems };
}

class Run {
  readonly collection = new Collection();
  readonly problems: Problem[] = [];
  readonly #bench: Bench;
  readonly #progress: Progress;

  constructor(bench: Bench, progress: Progress) {
    this.#bench = bench;
    this.#progress = progress;
  }

  /** Gives each part its turn, and answers those that did not break. */
  async each(parts: readonly Part[], turn: (part: Part) => Promise<void>): Promise<Part[]> {
    const going: Part[] = [];
    for (const part of parts) {
      try {
        await turn(part);
        going.push(part);
      } catch (error) {
        this.#broken(part, error);
      }
    }
    return going;
  }

  async prepare(part: Part): Promise<void> {
    if (!part.prepare) return;
    this.#progress.say(`preparing: ${part.title}`);
    await part.prepare(this.#bench);
  }

  async round(part: Part, round: number): Promise<void> {
    if (!part.round) return;
    const { options, progress } = this.#bench;
    const warmsUp = round === 0;
    const name = warmsUp ? 'warming up' : `round ${round} of ${options.rounds}`;
    const bench: Bench = {
      ...this.#bench,
      progress: (text) => progress(`${name}: ${text}`),
      ...(warmsUp && { options: { ...options, seconds: options.seconds * WARM_UP_SHARE } }),
    };
    const samples = await part.round(bench, round);
    if (!warmsUp) this.collection.add(part, samples);
  }

  /** Says when the end is expected, from how long a round took. */
  expect(parts: readonly Part[], round: number, tookSeconds: number): void {
    const { options } = this.#bench;
    const perRound = round === 0 ? tookSeconds / WARM_UP_SHARE : tookSeconds;
    const closing = parts.map((part) => part.closingSeconds?.(options) ?? 0);
    this.#progress.expectMore(
      perRound * (options.rounds - round) + closing.reduce((sum, seconds) => sum + seconds, 0),
    );
  }

  async finish(part: Part): Promise<void> {
    const known: Sample[] = this.collection.samples();
    this.collection.add(part, (await part.finish?.(this.#bench, known)) ?? []);
    if (part.pays) this.#progress.say(`recomputing all books: ${part.title}`);
    const books = part.pays ? await verifyBooks(this.#bench) : [];
    const own = (await part.check?.(this.#bench)) ?? [];
    for (const problem of [...books, ...own]) this.#wrong(part, problem.what);
  }

  #broken(part: Part, error: unknown): void {
    this.#wrong(part, error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  #wrong(part: Part, what: string): void {
    this.problems.push({ what: `${part.name}: ${what}` });
    this.#progress.say(`FAILED ${part.name}: ${what}`);
  }
}
