import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { presentPromtool } from '@causeway/deploy-local';
import { describe, expect, test } from 'vitest';
import { ALERTS, rules } from './rules.ts';

const CASES = join(import.meta.dirname, 'alerts');
const files = readdirSync(CASES);
const promtool = presentPromtool();

if (promtool === undefined) {
  console.warn('promtool is not on PATH: alerts are not run (Debian: apt install prometheus)');
}

/** Runs promtool; what it says of a failure is the error's message. */
function run(...args: string[]): string {
  return execFileSync(promtool ?? '', args, { encoding: 'utf8', stdio: 'pipe' });
}

describe.skipIf(promtool === undefined)('by promtool', () => {
  test('the rules are rules', () => {
    const paths = readdirSync(ALERTS).filter((name) => name.endsWith('.yaml'));
    expect(run('check', 'rules', ...paths.map((name) => join(ALERTS, name)))).toContain('SUCCESS');
  });

  test.each(files)('%s: each alert fires when it should, and only then', (file) => {
    expect(run('test', 'rules', join(CASES, file))).toContain('SUCCESS');
  });
});

test('there are cases for each alert, with one in which nothing of its file fires', () => {
  const alerts = rules().flatMap(({ alert = [] }) => alert);
  const texts = files.map((file) => readFileSync(join(CASES, file), 'utf8'));
  const expected = texts.join('\n');
  expect(alerts.filter((alert) => !expected.includes(`alertname="${alert}"`))).toEqual([]);
  for (const text of texts) expect(text).toContain('exp_samples: []');
});
