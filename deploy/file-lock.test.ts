import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { processMark, tryLock, withLock } from './file-lock.mjs';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}

test('a lock has one holder, who is named', () => {
  const first = tryLock(path);
  expect(tryLock(path).heldBy).toBe(process.pid);
  first.release?.();
  expect(tryLock(path).release).toBeDefined();
  expect(readdirSync(folder)).toEqual(['lock']);
});

test('the lock of a process that died is taken over', async () => {
  const pid = await deadPid();
  expect(processMark(pid)).toBeUndefined();
  writeFileSync(path, JSON.stringify({ pid, mark: `${pid}@1` }));
  expect(tryLock(path).release).toBeDefined();
});

test('a pid that another process has by now does not hold a lock', () => {
  writeFileSync(path, JSON.stringify({ pid: process.pid, mark: `${process.pid}@earlier` }));
  expect(tryLock(path).release).toBeDefined();
});

test('what cannot be read holds no lock', () => {
  writeFileSync(path, '{"pid":');
  expect(tryLock(path).release).toBeDefined();
});

test('work under a lock never overlaps, and a failure gives the lock back', async () => {
  let inside = 0;
  const work = () =>
    withLock(
      path,
      () => {},
      async () => {
        inside += 1;
        expect(inside).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 20));
        inside -= 1;
      },
    );
  const fail = () =>
    withLock(
      path,
      () => {},
      () => Promise.reject(new Error('failed')),
    );
  await Promise.all([work(), expect(fail()).rejects.toThrow('failed'), work()]);
  expect(readdirSync(folder)).toEqual([]);
});
