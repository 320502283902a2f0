import type { Queryable } from '@causeway/db';
import { type Cancel, type Runtime, Trouble } from '@causeway/runtime';
import { purgeCodes } from './store.ts';

const PURGE_EVERY_MS = 5_000;
/** Few enough to hold nobody up, and more in five seconds than are made. */
const PURGE_BATCH = 20_000;

/** Deletes old codes every few seconds until cancelled. */
export function startPurge(db: Queryable, runtime: Runtime): Cancel {
  const kept = new Trouble(runtime, 'old codes could not be deleted');
  return runtime.timers.every(PURGE_EVERY_MS, () =>
    purgeCodes(db, PURGE_BATCH).then(
      () => kept.passed(),
      (err) => kept.failed({ err }),
    ),
  );
}
