import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The bundle of `wrong-clock.ts`. */
const HOOK = 'faults-clock';

/** The clock of one service's host, as its processes see it. */
export class HostClock {
  readonly #file: string;

  /** @param state the state folder of the stack */
  constructor(state: string, service: string) {
    this.#file = join(state, `${service}.clock`);
    this.set(0);
  }

  /** What the environment of the service must hold when it starts. */
  get env(): Record<string, string> {
    const hook = pathToFileURL(resolve('dist', `${HOOK}.js`)).href;
    return {
      CAUSEWAY_WRONG_CLOCK: this.#file,
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${hook}`.trim(),
    };
  }

  /** By how many milliseconds it is ahead from now on; it is behind where that is negative. */
  set(aheadMs: number): void {
    writeFileSync(this.#file, String(aheadMs));
  }
}
