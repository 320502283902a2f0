import { open } from 'node:fs/promises';
import type { Runtime } from '@causeway/runtime';
import { BadReferenceFile, MAX_FILE_BYTES } from './ecb-file.ts';

const FETCH_TIMEOUT_MS = 20_000;

/**
 * Reads the file at an http(s) URL or a path, at most `MAX_FILE_BYTES` of it.
 * Throws where it cannot be had, is larger, or does not come within 20 s.
 */
export async function readSource(source: string, runtime: Runtime): Promise<string> {
  const isUrl = /^https?:\/\//.test(source);
  return isUrl ? await download(source, runtime) : await readPath(source);
}

async function download(url: string, { timers }: Runtime): Promise<string> {
  const abort = new AbortController();
  const cancel = timers.after(FETCH_TIMEOUT_MS, () => abort.abort(new Error('no answer in 20 s')));
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok || response.body === null) {
      throw new BadReferenceFile(`the server answered ${response.status}`);
    }
    return await textOf(response.body);
  } finally {
    cancel();
    abort.abort();
  }
}

/** Counts while it reads: what a server says about the length is no promise. */
async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_FILE_BYTES) throw new BadReferenceFile('the file is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function readPath(path: string): Promise<string> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(MAX_FILE_BYTES + 1);
    const { bytesRead } = await file.read(buffer);
    if (bytesRead > MAX_FILE_BYTES) throw new BadReferenceFile('the file is too large');
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
