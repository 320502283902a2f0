import { type ManagedProcess, pause } from './process.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** What has run this long has recovered: its next death counts as the first. */
const STABLE_AFTER_MS = 60_000;

/** How long to wait before the nth start in a row. */
export function restartPauseMs(deathsInARow: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (deathsInARow - 1), LONGEST_PAUSE_MS);
}

export interface Supervision {
  /** Whether what died shall run again. */
  wanted: () => boolean;
  /** Told of each death. */
  died: (how: string) => void;
  /** Tells the person who looks on. */
  say: (line: string) => void;
}

/** Nothing dies or is restarted in silence; what keeps dying is started ever more slowly. */
export function restartOnDeath(watched: ManagedProcess, supervision: Supervision): void {
  const { wanted, died, say } = supervision;
  const { name, logFile } = watched.spec;
  let deaths = 0;
  let lastDeathMs = Number.NEGATIVE_INFINITY;
  watched.onDeath = async (how) => {
    const nowMs = performance.now();
    deaths = nowMs - lastDeathMs > STABLE_AFTER_MS ? 1 : deaths + 1;
    lastDeathMs = nowMs;
    died(how);
    say(`${name} died: ${how} (${logFile})`);
    for (; ; deaths += 1) {
      if (!wanted()) return;
      await pause(restartPauseMs(deaths));
      // Somebody may have stopped the stack or started this by hand meanwhile.
      if (!wanted() || watched.pid !== undefined) return;
      try {
        await watched.start();
        return say(`${name} was started again`);
      } catch (error) {
        say(error instanceof Error ? error.message : String(error));
      }
    }
  };
}
