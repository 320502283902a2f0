import type { Queryable } from '@causeway/db';
import { type Runtime, Trouble } from '@causeway/runtime';
import { coverTaken } from '../metrics.ts';
import { type CoverPosition, keyText } from './position.ts';
import { coverPositions } from './store.ts';

const LOOK_MS = 5_000;

export interface CoverWatchDeps {
  db: Queryable;
  runtime: Runtime;
  /** Shares of the cover at which a participant is named in the log, ascending, in percent. */
  warnPercents: readonly number[];
}

/** Measures how much of their cover participants have taken, and says so before it is gone. */
export function watchCover(deps: CoverWatchDeps): { stop: () => Promise<void> } {
  const watch = new CoverWatch(deps);
  const blind = new Trouble(deps.runtime, 'cover could not be looked at');
  let looking = Promise.resolve();
  const cancel = deps.runtime.timers.every(LOOK_MS, () => {
    looking = watch.look().then(
      () => blind.passed(),
      (err) => blind.failed({ err }),
    );
    return looking;
  });
  return {
    async stop() {
      cancel();
      await looking;
    },
  };
}

/** Remembers what it has said, so that a threshold is told once each time that it is passed. */
export class CoverWatch {
  readonly #told = new Map<string, number>();

  constructor(private readonly deps: CoverWatchDeps) {}

  /** Looks at every participant that is limited. */
  async look(): Promise<void> {
    const positions = await coverPositions(this.deps.db);
    for (const position of positions) {
      if (position.capMinor !== undefined) this.#measure(position);
    }
  }

  #measure(position: CoverPosition): void {
    const { participant, currencyCode } = position;
    const percent = percentTaken(position);
    const named = { side: participant.kind, participant: participant.id, currency: currencyCode };
    coverTaken.set(percent, named);
    const passed = this.deps.warnPercents.findLast((threshold) => percent >= threshold) ?? 0;
    const told = this.#told.get(keyText(position)) ?? 0;
    this.#told.set(keyText(position), passed);
    if (passed <= told) return;
    const amounts = { available: `${position.availableMinor}`, used: `${position.usedMinor}` };
    this.deps.runtime.log.warn({ ...named, percent, ...amounts }, 'cover is running out');
  }
}

/** What is used or reserved of all cover, in percent; what is free in a slice is not taken. */
export function percentTaken(position: CoverPosition): number {
  const { capMinor = 0n, prefundedMinor, usedMinor, reservedMinor } = position;
  const coverMinor = capMinor + prefundedMinor;
  const takenMinor = usedMinor + (reservedMinor > 0n ? reservedMinor : 0n);
  if (takenMinor <= 0n) return 0;
  if (coverMinor === 0n) return 100;
  const percent = (100n * takenMinor) / coverMinor;
  return Number(percent);
}
