import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Stack } from '@causeway/deploy-local';
import { again } from './again.ts';
import type { Links } from './links.ts';

const READY_MS = 60_000;
const STOP_MS = 20_000;

/** Another process of a service, beside the one of the stack. */
export interface Beside {
  /** Where it listens. */
  address: string;
  /** Lets it finish what it does and end. */
  stop(): Promise<void>;
}

/**
 * Starts another process of a running service from this file, with the same database, certificate and
 * settings, on a port of its own. Throws where the system does not tell a process's settings.
 */
export async function startBeside(
  { processes, state }: Stack,
  service: string,
  file: string,
): Promise<Beside> {
  const env = environmentOf(processes.pid(service));
  const child = spawn(process.execPath, ['--enable-source-maps', file], {
    env: { ...env, LISTEN_PORT: '0', ...(env.APP_PORT ? { APP_PORT: '0' } : {}) },
    stdio: 'pipe',
  });
  const log = createWriteStream(join(state, 'logs', `${service}-beside.log`), { flags: 'a' });
  try {
    const port = await portOf(child, log);
    return { address: `127.0.0.1:${port}`, stop: () => end(child) };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** How long connections lead to one of two processes before they are made again. */
const TURN_MS = 700;

/**
 * Lets work be done by two processes of a service, the one of the stack and one of this file, for a
 * time: each link leads to one and the other in turn, while both do what they do unasked.
 */
export async function withTwo(
  { stack, links }: { stack: Stack; links: Links },
  service: string,
  { file, forMs }: { file: string; forMs: number },
): Promise<void> {
  const names = links.names(service);
  const other = await startBeside(stack, service, file);
  try {
    await links.shareWith(names, other.address);
    await again({ forMs, everyMs: TURN_MS }, () => links.cut(names));
  } finally {
    await links.leadHome(names);
    await links.cut(names);
    await other.stop();
  }
}

function environmentOf(pid: number | undefined): NodeJS.ProcessEnv {
  const text = readFileSync(`/proc/${pid}/environ`, 'utf8');
  const pairs = text.split('\0').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

/** Waits for the line by which a service says that it is ready, and where it listens. */
function portOf(child: ChildProcess, log: NodeJS.WritableStream): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('it was not ready in time')), READY_MS);
    child.once('exit', (code) => reject(new Error(`it ended with ${code} before it was ready`)));
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        if (!line.startsWith('{"ready":')) return;
        clearTimeout(timer);
        resolve(JSON.parse(line).port);
      });
    }
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(timer);
}
