import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stateFolder } from './support/index.ts';

const BENCH = join(import.meta.dirname, '..', '..', 'dist', 'bench.js');
const state = stateFolder();
afterAll(() => rmSync(state, { recursive: true, force: true }));

/** Each is measured, whatever it is: a machine that runs tests is no place to time anything. */
const MEASURED = ['echo.', 'unary.', 'stream.', 'tpcb.', 'ledger.', 'naive.', 'routes.'];

interface Line {
  line: string;
  perSecond?: object;
}

test('the bench measures everything once, and the books are right afterwards', async () => {
  const args = [
    '--tiny',
    '--json',
    '--only',
    'limits,payments,ledger,prices,routes',
    '--state',
    state,
  ];
  const child = spawn(process.execPath, [BENCH, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
    });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect(code, `${printed.stderr}${printed.stdout}`).toBe(0);
  const figures = JSON.parse(printed.stdout.trimEnd().split('\n').at(-1) ?? '');
  expect(figures.books_ok).toBe(true);
  // Not the figures, which leave out rounds that a busy machine has spoilt.
  const { lines } = JSON.parse(readFileSync(join(state, 'report.json'), 'utf8'));
  const timed = lines.filter(({ perSecond }: Line) => perSecond !== undefined);
  for (const name of MEASURED) {
    expect(
      timed.some(({ line }: Line) => line.startsWith(name)),
      name,
    ).toBe(true);
  }
}, 240_000);
