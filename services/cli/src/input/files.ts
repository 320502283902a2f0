import { createReadStream, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import {
  NotACertificate,
  type ReadCertificate,
  readCertificate,
  readPublicKey,
} from '@causeway/clearing';
import { UsageError } from './usage.ts';

/** Certificates and proofs are a few kilobytes; more than this is something else. */
const MAX_DOCUMENT_BYTES = 1 << 20;

/** A file in pieces, in constant memory. Throws a UsageError where there is none. */
export async function* piecesOf(path: string, bytes: number): AsyncGenerator<Buffer> {
  try {
    for await (const piece of createReadStream(path, { highWaterMark: bytes })) {
      yield Buffer.from(piece);
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** A small text file. Throws a UsageError where there is none, or it is too large. */
export async function readDocument(path: string, most = MAX_DOCUMENT_BYTES): Promise<string> {
  try {
    if (statSync(path).size > most) throw new UsageError(`${path} is too large`);
    return await readFile(path, 'utf8');
  } catch (error) {
    throw error instanceof UsageError ? error : unreadable(path, error);
  }
}

/** Writes a small text file. Throws a UsageError where that is not possible. */
export async function writeDocument(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** What a certificate file says; the text of what is wrong where it is none. */
export async function certificateIn(path: string): Promise<ReadCertificate | string> {
  const text = await readDocument(path);
  try {
    return readCertificate(text);
  } catch (error) {
    if (error instanceof NotACertificate) return error.message;
    throw error;
  }
}

/** The public key in a PEM file. Throws a UsageError where it holds none of Ed25519. */
export async function publicKeyIn(path: string): Promise<Uint8Array> {
  const key = readPublicKey(await readDocument(path));
  if (key === undefined) throw new UsageError(`${path} holds no Ed25519 public key in PEM`);
  return key;
}

/** Whatever reads the file; where that cannot be done, a UsageError says so. */
export async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || !('code' in cause)) return cause;
  return new UsageError(`${path}: ${cause.message}`);
}
