import { spawn } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { forgetStack, withClient } from '@causeway/deploy-local';
import type { Bench, Part, Sample } from '../../part.ts';

const PATIENCE_MS = 120_000;
const POLL_MS = 20;
const STOP_PATIENCE_MS = 30_000;
const STOP_POLL_MS = 200;
const MIB = 2 ** 20;
const FIRST_PAYMENT = `SELECT FROM payments WHERE state = 'SUCCEEDED' LIMIT 1`;

/** How long the first payment takes on a machine where everything is installed, and its size. */
export class StartPart implements Part {
  readonly name = 'start';
  readonly title = 'Start';

  closingSeconds(): number {
    return 15;
  }

  async finish(bench: Bench): Promise<Sample[]> {
    bench.progress('npm start on an installed clone, to the first payment');
    const seconds = await secondsToFirstPayment(bench);
    return [
      line('start', `npm start to the first payment: ${seconds.toFixed(1)} s`),
      line('size', `installed: ${sizes()}`),
    ];
  }
}

function line(name: string, title: string): Sample {
  return { line: name, title, busy: [], valid: true };
}

function sizes(): string {
  const mib = (folder: string) => Math.round(bytesBelow(resolve(folder)) / MIB);
  return `node_modules ${mib('node_modules')} MiB, dist ${mib('dist')} MiB`;
}

/** What files take on the disk; links are not followed, so nothing counts twice. */
function bytesBelow(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? bytesBelow(path) : lstatSync(path).blocks * 512);
  }, 0);
}

/** Starts a second stack in a folder of its own, as the command line does, and stops it again. */
async function secondsToFirstPayment(bench: Bench): Promise<number> {
  const { clock, timers } = bench.runtime;
  const state = `${bench.options.folder}-start`;
  // A stack in an outer server would share its databases with the one that is measured.
  const { DATABASE_URL: _, NATS_URL: __, npm_lifecycle_event: ___, ...env } = process.env;
  const startMs = clock.monotonicMs();
  const npm = spawn('npm', ['start', '--', '--reset'], {
    env: { ...env, CAUSEWAY_STATE: state },
    stdio: ['ignore', 'ignore', 'ignore'],
    detached: true,
  });
  const ended = new Promise<void>((done) => npm.once('exit', () => done()));
  const stop = () => {
    if (npm.pid !== undefined && npm.exitCode === null) process.kill(-npm.pid, 'SIGTERM');
  };
  // A bench that is stopped in between leaves nothing running.
  process.once('exit', stop);
  try {
    for (;;) {
      await timers.sleep(POLL_MS);
      if (await hasPaid(state)) return (clock.monotonicMs() - startMs) / 1_000;
      if (npm.exitCode !== null) throw new Error(`npm start ended with ${npm.exitCode}`);
      if (clock.monotonicMs() - startMs > PATIENCE_MS) throw new Error('npm start paid nothing');
    }
  } finally {
    process.off('exit', stop);
    stop();
    await ended;
    await forgetOnceDown(bench, state);
  }
}

/** npm does not wait for what it has started, and a running stack's folder cannot be forgotten. */
async function forgetOnceDown({ runtime }: Bench, state: string): Promise<void> {
  const giveUpAtMs = runtime.clock.monotonicMs() + STOP_PATIENCE_MS;
  for (;;) {
    try {
      return await forgetStack(state);
    } catch (error) {
      if (runtime.clock.monotonicMs() > giveUpAtMs) throw error;
      await runtime.timers.sleep(STOP_POLL_MS);
    }
  }
}

async function hasPaid(state: string): Promise<boolean> {
  const file = join(state, 'databases.json');
  if (!existsSync(file)) return false;
  const { routing }: { routing?: string } = JSON.parse(readFileSync(file, 'utf8'));
  return withClient(
    routing ?? '',
    async (client) => (await client.query(FIRST_PAYMENT)).rows.length > 0,
  );
}
