import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SmallDisk } from './small-disk.ts';

const folder = mkdtempSync(join(tmpdir(), 'causeway-disk-'));
const disk = SmallDisk.over(folder, 8);

// Where nobody may mount anything there is nothing to test, and the faults say that they skip it.
test.skipIf(disk === undefined)('a disk is full until it is given room again', () => {
  const write = (name: string) => writeFileSync(join(folder, name), Buffer.alloc(1 << 20));
  write('first');
  expect(disk?.usedMiB).toBe(1);
  disk?.fill();
  expect(() => write('second')).toThrow('ENOSPC');
  disk?.free();
  write('second');
  disk?.remove({ keep: true });
  expect(readdirSync(folder)).toEqual(['first', 'second']);
  rmSync(folder, { recursive: true, force: true });
});
