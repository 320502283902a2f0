import { hash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClearingFileKind } from '@causeway/proto/settlement';
import { afterAll, expect, test } from 'vitest';
import { download } from './download.ts';

const folder = mkdtempSync(join(tmpdir(), 'causeway-download-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CONTENT = Buffer.from('0123456789'.repeat(50));
const FILE = {
  ...{ name: '../../items.csv', participant: undefined, clearingDate: '2026-03-13' },
  ...{ currencyCode: 'JPY', kind: ClearingFileKind.ITEMS_CSV, sizeBytes: 500n },
  sha256: hash('sha256', CONTENT, 'hex'),
};

/** A server that breaks off after so many pieces, and notes where it was asked to begin. */
function server(content: Buffer, pieces = Number.POSITIVE_INFINITY) {
  const offsets: bigint[] = [];
  return {
    offsets,
    async *downloadClearingFile({ offset }: { offset: bigint }) {
      offsets.push(offset);
      yield { part: { $case: 'file' as const, value: FILE } };
      for (let at = Number(offset), sent = 0; at < content.length; at += 100, sent += 1) {
        if (sent === pieces) throw new Error('broke off');
        yield { part: { $case: 'content' as const, value: content.subarray(at, at + 100) } };
      }
    },
  };
}

test('what broke off is taken up, and a whole file is left alone', async () => {
  const broken = server(CONTENT, 2);
  await expect(download(broken, FILE, folder)).rejects.toThrow('broke off');
  const working = server(CONTENT);
  const path = join(folder, 'items.csv');
  expect(await download(working, FILE, folder)).toEqual({ path, wasThere: false });
  expect(working.offsets).toEqual([200n]);
  expect(readFileSync(path).equals(CONTENT)).toBe(true);
  expect(await download(working, FILE, folder)).toEqual({ path, wasThere: true });
  expect(working.offsets).toHaveLength(1);
  expect(readdirSync(folder)).toEqual(['items.csv']);
});

test('what is not as announced is thrown away', async () => {
  writeFileSync(join(folder, 'items.csv'), 'an older one');
  writeFileSync(join(folder, 'items.csv.part'), 'something else');
  const corrupt = download(server(CONTENT), FILE, folder);
  await expect(corrupt).rejects.toMatchObject({ reason: 'DOWNLOAD_CORRUPT' });
  expect(await download(server(CONTENT), FILE, folder)).toMatchObject({ wasThere: false });
});
