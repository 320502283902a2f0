import type { Database } from '@causeway/db';
import type { Runtime } from '@causeway/runtime';
import type { WindowKey } from './window.ts';
import { claimWork, releaseWork } from './work-store.ts';

/** Whoever died is not waited for longer; whoever is only slow does the same work twice. */
const LEASE_MS = 15_000;
const RENEW_MS = 5_000;

/** Lets one replica at a time draw up a window, since a day of a million payments takes a minute. */
export class WindowWork {
  readonly #holder: string;

  constructor(
    private readonly db: Database,
    private readonly runtime: Runtime,
  ) {
    this.#holder = runtime.random.uuid();
  }

  /** Does the work and answers what it answers, or false where another replica is at it. */
  async alone(key: WindowKey, work: () => Promise<boolean>): Promise<boolean> {
    if (!(await this.#claim(key))) return false;
    const stopRenewing = this.runtime.timers.every(RENEW_MS, () => this.#claim(key));
    try {
      return await work();
    } finally {
      stopRenewing();
      await releaseWork(this.db, key, this.#holder);
    }
  }

  #claim(key: WindowKey): Promise<boolean> {
    return claimWork(this.db, key, this.#holder, LEASE_MS);
  }
}
