import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stateFolder, until } from './support/index.ts';

const PROGRAMS = join(import.meta.dirname, '..', '..', 'dist');
const state = stateFolder();
const env = { ...process.env, CAUSEWAY_STATE: state };
const started: ChildProcess[] = [];
/** A start with its tour takes 20 s where nothing else runs, and no promise of ours bounds it. */
const START_PATIENCE_MS = 240_000;
afterAll(() => {
  for (const child of started) child.kill('SIGTERM');
  rmSync(state, { recursive: true, force: true });
});

/** What `npm start` becomes, up and with its tour taken; and whatever it started. */
async function start(): Promise<{ launcher: ChildProcess; pids: number[] }> {
  const launcher = spawn(process.execPath, [join(PROGRAMS, 'start.js')], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(launcher);
  let printed = '';
  launcher.stdout?.on('data', (text) => {
    printed += text;
  });
  const isUp = () => printed.includes('Causeway is up') || launcher.exitCode !== null;
  await until(async () => isUp(), Boolean, { patienceMs: START_PATIENCE_MS });
  expect(printed).toContain('checks of the tour hold');
  return { launcher, pids: childrenOf(launcher.pid) };
}

function childrenOf(parent: number | undefined): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, ppid]) => ppid === parent).map(([pid = 0]) => pid);
}

/** Those of the processes that still run. */
function alive(pids: readonly number[]): number[] {
  return pids.filter((pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  });
}

const nobody = (pids: readonly number[]) =>
  until(
    async () => alive(pids),
    (left) => left.length === 0,
  );

/** The last line of a command's output, which is one JSON object. */
function causeway(...args: string[]) {
  const cli = [join(PROGRAMS, 'cli.js'), ...args, '--json'];
  const printed = execFileSync(process.execPath, cli, { env, encoding: 'utf8' });
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '');
}

// Beside the stack that all end-to-end tests share, so that two run at once.
test('a stack is killed and started again: nothing stays behind, and nothing is lost', async () => {
  const first = await start();
  const { payment } = causeway('pay', '1280', 'JPY', '--at', 'Kumo', '--wallet', 'Mei');
  expect(payment.state).toBe('SUCCEEDED');
  const { wallet } = causeway('wallet', 'show', 'Mei');

  first.launcher.kill('SIGKILL');
  // Postgres, NATS, five services, the sandbox, and who watches over them.
  expect(first.pids.length).toBeGreaterThanOrEqual(8);
  expect(await nobody(first.pids)).toEqual([]);

  const second = await start();
  expect(causeway('get', payment.payment_id).payment).toEqual(payment);
  expect(causeway('wallet', 'show', 'Mei').wallet.posted_balance).toEqual(wallet.posted_balance);
  expect(causeway('books', 'verify').ok).toBe(true);

  second.launcher.kill('SIGINT');
  const exitCode = await new Promise((resolve) => second.launcher.once('exit', resolve));
  expect(exitCode).toBe(0);
  expect(await nobody(second.pids)).toEqual([]);
  expect(existsSync(join(state, 'lock'))).toBe(false);
  expect(existsSync(join(state, 'endpoints.json'))).toBe(false);
}, 600_000);
