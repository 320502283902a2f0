import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'causeway-clock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a process is told a wrong time in every way that it may ask, and a step while it runs', async () => {
  const { build } = await import('esbuild');
  const hook = join(folder, 'hook.mjs');
  const source = join(import.meta.dirname, 'wrong-clock.ts');
  await build({ entryPoints: [source], outfile: hook, format: 'esm', platform: 'node' });
  const file = join(folder, 'clock');
  writeFileSync(file, '300000');
  const program = `
    const { writeFileSync } = await import('node:fs');
    const told = () => [Date.now(), new Date().getTime(), Date.parse(Date())];
    const before = told();
    writeFileSync(${JSON.stringify(file)}, '-300000');
    await new Promise((resolve) => setTimeout(resolve, 200));
    console.log(JSON.stringify({ before, after: told(), fixed: new Date(5).getTime(), is: new Date() instanceof Date }));
  `;
  const env = { ...process.env, CAUSEWAY_WRONG_CLOCK: file };
  const args = ['--import', hook, '--input-type=module', '-e', program];
  const told = JSON.parse(execFileSync(process.execPath, args, { env, encoding: 'utf8' }));
  const off = (ms: number) => Math.round((ms - Date.now()) / 60_000);
  expect(told.before.map(off)).toEqual([5, 5, 5]);
  expect(told.after.map(off)).toEqual([-5, -5, -5]);
  expect([told.fixed, told.is]).toEqual([5, true]);
});
