import type { Queryable } from '@causeway/db';
import { type Runtime, Trouble } from '@causeway/runtime';
import { breakAge, breaksOpen } from '../../metrics.ts';
import { BREAK_KINDS } from './break.ts';
import { openBreaks } from './store.ts';

const LOOK_MS = 5_000;

/** Measures which breaks nobody has resolved, and for how long. */
export function watchBreaks(deps: { db: Queryable; runtime: Runtime }): {
  stop: () => Promise<void>;
} {
  const { db, runtime } = deps;
  const blind = new Trouble(runtime, 'open breaks could not be counted');
  let looking = Promise.resolve();
  const look = async () => {
    const open = await openBreaks(db);
    const counts = new Map(open.map(({ kind, count }) => [kind, count]));
    // A gauge keeps its value until it is told another, so what is gone has to be told.
    for (const kind of BREAK_KINDS) breaksOpen.set(counts.get(kind) ?? 0, { kind });
    const oldestMs = Math.min(...open.map(({ oldest }) => oldest.getTime()));
    breakAge.set(Math.max(0, runtime.clock.nowMs() - oldestMs) / 1_000);
  };
  const cancel = runtime.timers.every(LOOK_MS, () => {
    looking = look().then(
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
