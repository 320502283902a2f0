import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { processMark } from '../../file-lock.mjs';
import { pause } from './process.ts';

const KILL_AFTER_MS = 15_000;

/**
 * Ends a server that a killed start left running. It is known by the pid in the first line of
 * its pid file, and by `mark`, a path that only its command line holds: where some other program
 * has that pid by now, the file is removed instead, since Postgres would take it for a rival.
 */
export async function endOrphan(pidFile: string, mark: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  if (!(pid > 0) || processMark(pid) === undefined) return;
  if (!commandLine(pid).includes(mark)) return rmSync(pidFile, { force: true });
  signal(pid, 'SIGCONT');
  signal(pid, 'SIGINT');
  const killAt = performance.now() + KILL_AFTER_MS;
  while (processMark(pid) !== undefined) {
    if (performance.now() > killAt) signal(pid, 'SIGKILL');
    await pause(50);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended between the look and the signal, which is what was wanted.
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    const ps = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return ps.stdout ?? '';
  }
}
