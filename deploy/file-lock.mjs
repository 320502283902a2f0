// A lock file that names its holder, shared by the bootstrap (before anything is installed) and
// by the local stack. A holder that died without releasing is noticed and its lock is taken over.
import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * What tells a running process from a later one that was given the same pid: its start time.
 * Returns undefined when no such process runs.
 */
export function processMark(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name may hold spaces and brackets, so fields are counted after its last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; only its parent has not yet looked.
    return fields[0] === 'Z' ? undefined : `${pid}@${fields[19]}`;
  } catch {
    const ps = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    return `${pid}@${(ps.stdout ?? '').trim()}`;
  }
}

/** The holder of a lock file: its pid and mark, or undefined when nobody alive holds it. */
function holderOf(path) {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8'));
    return { ...holder, alive: processMark(holder.pid) === holder.mark };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) return { pid: 0, mark: '', alive: false };
    throw error;
  }
}

/**
 * Takes the lock if nobody alive holds it. Answers `{ release }`, or `{ heldBy: pid }`.
 * The file appears with its content in one step, since it is linked from a finished one.
 */
export function tryLock(path) {
  mkdirSync(dirname(path), { recursive: true });
  const mine = `${path}.${process.pid}.mine`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, mark: processMark(process.pid) }));
  try {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (linked(mine, path)) return { release: () => rmSync(path, { force: true }) };
      const holder = holderOf(path);
      if (holder?.alive) return { heldBy: holder.pid };
      if (holder) takeAway(path, holder);
    }
    return { heldBy: 0 };
  } finally {
    rmSync(mine, { force: true });
  }
}

function linked(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a dead holder's lock, and only that one: another may have replaced it meanwhile. */
function takeAway(path, deadHolder) {
  const aside = `${path}.${process.pid}.aside`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  const taken = holderOf(aside);
  if (taken?.alive && taken.mark !== deadHolder.mark) renameSync(aside, path);
  else rmSync(aside, { force: true });
}

/** Runs `work` under the lock, waiting for another holder; `onWait(pid)` is told once. */
export async function withLock(path, onWait, work) {
  let lock = tryLock(path);
  if (lock.heldBy !== undefined) onWait(lock.heldBy);
  while (lock.heldBy !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    lock = tryLock(path);
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}
