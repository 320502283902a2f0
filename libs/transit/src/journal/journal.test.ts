import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concatBytes } from '../bytes.ts';
import { NodeJournalFile } from '../node/journal-file.ts';
import { crc32 } from './crc32.ts';
import { frame } from './frame.ts';
import { MemoryDisk } from './journal.fixture.ts';
import { Journal } from './journal.ts';

const record = fc.uint8Array({ maxLength: 60 });

test('the checksum is the known one', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});

test('wherever the power is cut, what was durable is there and the rest is whole or gone', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(record),
      record,
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (durable, last, share) => {
        const disk = new MemoryDisk();
        const { journal } = await Journal.open(disk);
        await Promise.all(durable.map((one) => journal.append(one)));
        await disk.append(frame(last));
        const after = await Journal.open(disk.cut(share));
        expect(after.damagedBytes).toBe(0);
        expect([durable, [...durable, last]]).toContainEqual(after.records);
        await after.journal.append(last);
      },
    ),
  );
});

test('damage in the middle costs the damaged record alone', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 2, maxLength: 6 }),
      fc.nat(),
      fc.nat(),
      async (all, which, where) => {
        const frames = all.map(frame);
        const hit = which % all.length;
        const damaged = frames.map((one, index) =>
          index === hit ? one.with(where % one.length, (one[where % one.length] ?? 0) ^ 0x55) : one,
        );
        const disk = new MemoryDisk(concatBytes(...damaged) as Uint8Array<ArrayBuffer>);
        const { records } = await Journal.open(disk);
        expect(records).toEqual(all.filter((_, index) => index !== hit));
        expect((await Journal.open(disk)).damagedBytes).toBe(0);
      },
    ),
  );
});

test('records that wait together share one sync', async () => {
  const disk = new MemoryDisk();
  const { journal } = await Journal.open(disk);
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => journal.append(new Uint8Array([index]))),
  );
  expect(disk.syncs).toBe(2);
  expect((await Journal.open(disk)).records).toHaveLength(20);
});

test('after an error it takes nothing more', async () => {
  const disk = new MemoryDisk();
  const { journal } = await Journal.open(disk);
  disk.failing = new Error('the disk is full');
  await expect(journal.append(new Uint8Array(1))).rejects.toThrow('full');
  disk.failing = undefined;
  await expect(journal.append(new Uint8Array(1))).rejects.toThrow('full');
  await expect(journal.rewrite([])).rejects.toThrow('full');
});

test('a file keeps records, heals, and is rewritten', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'causeway-transit-'));
  const path = join(folder, 'taps');
  try {
    const [one, two] = [new Uint8Array([1, 2, 3]), new Uint8Array([4])];
    const first = await Journal.open(await NodeJournalFile.open(path));
    await first.journal.append(one);
    await first.journal.append(two);
    await first.journal.close();
    await writeFile(path, frame(one).subarray(0, 7), { flag: 'a' });
    const second = await Journal.open(await NodeJournalFile.open(path));
    expect(second).toMatchObject({ records: [one, two], tornBytes: 7, damagedBytes: 0 });
    await second.journal.rewrite([two]);
    await second.journal.append(one);
    await second.journal.close();
    expect(new Uint8Array(await readFile(path))).toEqual(concatBytes(frame(two), frame(one)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
