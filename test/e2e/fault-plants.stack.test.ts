import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stateFolder } from './support/index.ts';

const START = join(import.meta.dirname, '..', '..', 'dist', 'start.js');

test('npm start -- --once --plant debit-doubled fails, and names balances', async () => {
  const state = stateFolder();
  const child = spawn(process.execPath, [START, '--once', '--json', '--plant', 'debit-doubled'], {
    env: { ...process.env, CAUSEWAY_STATE: state },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let printed = '';
  child.stdout.on('data', (text) => {
    printed += text;
  });
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  rmSync(state, { recursive: true, force: true });
  expect(exitCode).toBe(1);
  const report = JSON.parse(printed.trim().split('\n').at(-1) ?? '');
  expect(report).toMatchObject({ ok: false, checks: { balances_recomputed: false } });
  const failures = report.failures.join('\n');
  expect(failures).toContain('books: the verifier finds every book in order');
  expect(differing(failures, 'debits').some(({ held, sum }) => held > sum)).toBe(true);
}, 120_000);

/** What accounts say of one side, and what their entries sum to, where the two differ. */
function differing(rules: string, side: 'debits' | 'credits') {
  const pairs = rules.matchAll(new RegExp(`${side}_posted=(\\d+), ${side}=(\\d+)`, 'g'));
  return [...pairs]
    .map(([, held = '', sum = '']) => ({ held: BigInt(held), sum: BigInt(sum) }))
    .filter(({ held, sum }) => held !== sum);
}
