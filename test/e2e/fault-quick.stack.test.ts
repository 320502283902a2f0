import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stateFolder } from './support/index.ts';

const FAULTS = join(import.meta.dirname, '..', '..', 'dist', 'faults.js');
const state = stateFolder();
afterAll(() => rmSync(state, { recursive: true, force: true }));

/** No promise of ours: a busy machine takes three times as long as a quiet one. */
const PATIENCE_MS = 420_000;
/**
 * What takes a moment each and is told apart from the speed of the machine. Kills at step boundaries and
 * outages are in the whole of it, `npm run faults -- --quick`, which once took more than seven minutes here.
 */
const QUICKEST = '1,2,3,4,19,20,21,27,29,30';

interface Found {
  faults: { id: number; passed: boolean }[];
  kills: number;
  ledger_sums: Record<string, string>;
}

test(
  'a part of the quickest faults, and nothing is lost',
  async () => {
    const args = ['--quick', '--json', '--seed', '1', '--only', QUICKEST, '--state', state];
    const child = spawn(process.execPath, ['--enable-source-maps', FAULTS, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        printed[name] += text;
      });
    }
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code, `${printed.stderr}${printed.stdout}`).toBe(0);
    const found: Found = JSON.parse(printed.stdout.trimEnd().split('\n').at(-1) ?? '');
    expect(found).toMatchObject({ lost: 0, doubled: 0, stuck: 0, seed: 1 });
    expect(found.faults.filter(({ passed }) => !passed)).toEqual([]);
    expect(found.kills).toBeGreaterThan(0);
    expect(new Set(Object.values(found.ledger_sums))).toEqual(new Set(['0']));
  },
  PATIENCE_MS,
);
