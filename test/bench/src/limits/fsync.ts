import { closeSync, existsSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withClient } from '@causeway/deploy-local';
import type { Clock } from '@causeway/runtime';
import { Histogram } from '../measure/histogram.ts';

const PAGE_BYTES = 8_192;
/** The pages are overwritten again and again, as Postgres does with segments of its log. */
const PAGES = 256;

/** A folder on the file system that holds the server's data; undefined on another machine. */
export async function folderBesideData(url: string): Promise<string | undefined> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ data_directory: string }>('SHOW data_directory'),
  );
  const folder = dirname(rows[0]?.data_directory ?? '');
  return existsSync(folder) ? folder : undefined;
}

/** How long it takes to write a page and have the disk say that it has it, one after the other. */
export function measureFsync(clock: Clock, folder: string, seconds: number): Histogram {
  const path = join(folder, `bench-fsync-${process.pid}`);
  const file = openSync(path, 'w');
  try {
    const page = Buffer.alloc(PAGE_BYTES, 1);
    for (let n = 0; n < PAGES; n += 1) writeSync(file, page);
    fdatasyncSync(file);
    const latency = new Histogram();
    const endMs = clock.monotonicMs() + seconds * 1_000;
    for (let n = 0, nowMs = clock.monotonicMs(); nowMs < endMs; n += 1) {
      const begunMs = nowMs;
      writeSync(file, page, 0, PAGE_BYTES, (n % PAGES) * PAGE_BYTES);
      fdatasyncSync(file);
      nowMs = clock.monotonicMs();
      latency.add(nowMs - begunMs);
    }
    return latency;
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}
