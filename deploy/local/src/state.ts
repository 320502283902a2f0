import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { tryLock } from '../../file-lock.mjs';
import { endOrphanNats } from './nats.ts';
import { removePostgres } from './postgres.ts';

/** The folder that a stack keeps everything in, and what lies where. */
export interface State {
  folder: string;
  certs: string;
  logs: string;
  postgres: string;
  nats: string;
}

export function stateIn(folder: string): State {
  const absolute = resolve(folder);
  return {
    folder: absolute,
    certs: join(absolute, 'certs'),
    logs: join(absolute, 'logs'),
    postgres: join(absolute, 'postgres'),
    nats: join(absolute, 'nats'),
  };
}

/** Claims the folder for this process. Answers what gives it back; throws when another has it. */
export function lockState(state: State): () => void {
  mkdirSync(state.folder, { recursive: true });
  const lock = tryLock(join(state.folder, 'lock'));
  if (lock.release) return lock.release;
  throw new Error(
    `a stack is running in ${state.folder} (process ${lock.heldBy}).\n` +
      'Stop it, or run a second one beside it with a state folder of its own: ' +
      'CAUSEWAY_STATE=.causeway-2 npm start',
  );
}

/** Forgets everything but the lock, which the caller holds. */
export async function resetState(state: State): Promise<void> {
  await removePostgres(state.postgres);
  await endOrphanNats(state.nats);
  for (const name of ['certs', 'logs', 'nats', 'report.json']) {
    rmSync(join(state.folder, name), { recursive: true, force: true });
  }
}

/** Deletes a state folder whole, with data that had to lie elsewhere. Throws while a stack has it. */
export async function forgetStack(folder: string): Promise<void> {
  const state = stateIn(folder);
  const release = lockState(state);
  await resetState(state);
  release();
  rmSync(state.folder, { recursive: true, force: true });
}

/**
 * Tells others where the stack is: `endpoints.json` (service → address, for everybody) and
 * `databases.json` (service → URL with its password, for this user alone).
 */
export function publishAddresses(
  state: State,
  endpoints: Record<string, string>,
  databases: Record<string, string>,
): void {
  replace(join(state.folder, 'databases.json'), databases, 0o600);
  replace(join(state.folder, 'endpoints.json'), endpoints, 0o644);
}

/** Tells Prometheus where metrics are to be had. */
export function publishTargets(state: State, groups: object): void {
  replace(targetsFile(state), groups, 0o644);
}

/** The file that a Prometheus of this stack reads its targets from. */
export function targetsFile(state: State): string {
  return join(state.folder, 'prometheus-targets.json');
}

/** A stack that is down has no addresses: who looks then learns that, not a dead port. */
export function withdrawAddresses(state: State): void {
  rmSync(join(state.folder, 'endpoints.json'), { force: true });
  rmSync(join(state.folder, 'databases.json'), { force: true });
  rmSync(targetsFile(state), { force: true });
}

function replace(path: string, content: object, mode: number): void {
  writeFileSync(`${path}.partial`, `${JSON.stringify(content, null, 2)}\n`, { mode });
  renameSync(`${path}.partial`, path);
}
