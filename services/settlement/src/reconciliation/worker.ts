import { isDatabaseAway } from '@causeway/db';
import { Trouble } from '@causeway/runtime';
import { type RunDeps, runNext } from './match/run.ts';

const LOOK_MS = 2_000;

/** Matches what waits to be matched, one after the other, in this process. */
export class Matcher {
  readonly #deps: RunDeps;
  readonly #trouble: Trouble;
  readonly #stop: () => void;
  #current: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(deps: RunDeps) {
    this.#deps = deps;
    this.#trouble = new Trouble(deps.runtime, 'a reconciliation was not matched');
    this.#stop = deps.runtime.timers.every(LOOK_MS, () => this.notify());
  }

  /** Something may be waiting. */
  notify(): void {
    this.#again = true;
    this.#current ??= this.#work().finally(() => {
      this.#current = undefined;
    });
  }

  /** Takes nothing new, and waits for the run under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stop();
    await this.#current;
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        this.#again = (await runNext(this.#deps)) !== undefined;
        this.#trouble.passed();
      } catch (err) {
        this.#trouble.failed({ err, away: isDatabaseAway(err) });
        return;
      }
    }
  }
}
