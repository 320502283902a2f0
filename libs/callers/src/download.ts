import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ClearingFile, ClearingFileServiceService } from '@causeway/proto/settlement';
import type { Client } from '@causeway/rpc';
import { Refusal } from '@causeway/runtime';

/** A file that is in its folder, whole. */
export interface Saved {
  path: string;
  /** Whether it was there before. */
  wasThere: boolean;
}

/**
 * Brings a file into a folder and holds it against its SHA-256. What an earlier try left, beside the
 * file's name and `.part`, is gone on with. Throws a Refusal DOWNLOAD_CORRUPT where the content is
 * not what it should be; the next try begins anew.
 */
export async function download(
  files: Pick<Client<typeof ClearingFileServiceService>, 'downloadClearingFile'>,
  { name, sha256 }: ClearingFile,
  folder: string,
): Promise<Saved> {
  // The name is the server's, and goes nowhere but into the folder.
  const path = join(folder, basename(name));
  if ((await readSoFar(path)).hash.digest('hex') === sha256) return { path, wasThere: true };
  const partPath = `${path}.part`;
  const { hash, size } = await readSoFar(partPath);
  const part = await open(partPath, 'a');
  try {
    for await (const piece of files.downloadClearingFile({ name, offset: BigInt(size) })) {
      if (piece.part?.$case !== 'content') continue;
      hash.update(piece.part.value);
      await part.write(piece.part.value);
    }
  } finally {
    await part.close();
  }
  if (hash.digest('hex') !== sha256) {
    await rm(partPath);
    throw new Refusal('DOWNLOAD_CORRUPT', `${name} did not arrive as it was announced`);
  }
  await rename(partPath, path);
  return { path, wasThere: false };
}

async function readSoFar(path: string) {
  const hash = createHash('sha256');
  let size = 0;
  if (existsSync(path)) {
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk);
      size += chunk.length;
    }
  }
  return { hash, size };
}
