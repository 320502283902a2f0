import { rebuildDifferences } from '../metrics.ts';
import { type RebuildDeps, type RebuildProgress, type RebuildResult, rebuild } from './rebuild.ts';
import { running } from './scratch.ts';

/** How far a rebuild has come, or what it found. */
export type RebuildStep = { progress: RebuildProgress } | { result: RebuildResult };

/** How often somebody is told how far it has come. */
const TELL_MS = 500;

/** Makes the books again where somebody asks for it, one time after the other. */
export class Rebuilds {
  readonly #deps: RebuildDeps;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(deps: RebuildDeps) {
    this.#deps = deps;
  }

  /** Ends what is under way and waits until its database is dropped. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the service stops'));
    await this.#running;
  }

  /**
   * Tells now and then how far it has come, and at last what it found. Ends early, as an error, once
   * the signal fires. Throws as `rebuild`; REBUILD_RUNNING also where this replica is at it.
   */
  async *run(graceMs: number, signal: AbortSignal): AsyncGenerator<RebuildStep> {
    if (this.#running) throw running();
    let progress: RebuildProgress | undefined;
    const found = rebuild(this.#deps, {
      graceMs,
      signal: AbortSignal.any([signal, this.#stopping.signal]),
      onProgress: (told) => {
        progress = told;
      },
    });
    this.#running = found
      .then(
        (result) => rebuildDifferences.set(Number(differencesIn(result))),
        () => {},
      )
      .finally(() => {
        this.#running = undefined;
      });
    const { timers } = this.#deps.runtime;
    for (;;) {
      const result = await Promise.race([found, timers.sleep(TELL_MS).then(() => undefined)]);
      if (result) {
        yield { result };
        return;
      }
      if (progress) yield { progress };
    }
  }
}

/** In how many rows the books differ. */
export function differencesIn({ tables }: Pick<RebuildResult, 'tables'>): bigint {
  return tables.reduce((sum, { differenceCount }) => sum + differenceCount, 0n);
}
