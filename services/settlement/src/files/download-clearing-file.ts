import type { Queryable } from '@causeway/db';
import type { DownloadClearingFileResponse } from '@causeway/proto/settlement';
import { Refusal } from '@causeway/runtime';
import { CHUNK_BYTES, unpacked } from './chunks.ts';
import { toClearingFile } from './list-clearing-files.ts';
import { type FoundFile, fileNamed, readChunk } from './store.ts';

/**
 * First what the file is, then its content from an offset on, a chunk at a time and no faster than it
 * is taken. `mayRead` says whose files the caller may see; others are as unknown as files that are
 * not there. Throws CLEARING_FILE_UNKNOWN, OFFSET_INVALID.
 */
export async function* downloadClearingFile(
  db: Queryable,
  { name, offset }: { name: string; offset: bigint },
  mayRead: (file: Pick<FoundFile, 'participant'>) => boolean,
): AsyncGenerator<DownloadClearingFileResponse> {
  const file = await fileNamed(db, name);
  if (file === undefined || !mayRead(file)) {
    throw new Refusal('CLEARING_FILE_UNKNOWN', 'there is no such file');
  }
  if (offset < 0n || offset > file.sizeBytes) {
    throw new Refusal('OFFSET_INVALID', `the file has ${file.sizeBytes} bytes`);
  }
  yield { part: { $case: 'file', value: toClearingFile(file) } };
  const chunkBytes = BigInt(CHUNK_BYTES);
  let skip = Number.parseInt(String(offset % chunkBytes), 10);
  const first = Number.parseInt(String(offset / chunkBytes), 10);
  for (let position = first; position < file.chunkCount; position += 1) {
    const bytes = await readChunk(db, file, position);
    if (bytes === undefined) throw new Error(`chunk ${position} of ${name} is missing`);
    const content = (await unpacked(bytes)).subarray(skip);
    skip = 0;
    if (content.length > 0) yield { part: { $case: 'content', value: content } };
  }
}
