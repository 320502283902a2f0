import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { JournalFile } from '../journal/journal.ts';

/** A journal's file on a disk. Its folder must exist; nobody else may write to it. */
export class NodeJournalFile implements JournalFile {
  readonly #path: string;
  #handle: FileHandle;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /** Opens the file, or makes it, durably: a new file's name is on the disk too. */
  static async open(path: string): Promise<NodeJournalFile> {
    const handle = await open(path, 'a');
    await syncFolder(path);
    return new NodeJournalFile(path, handle);
  }

  async read(): Promise<Uint8Array> {
    return new Uint8Array(await readFile(this.#path));
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.#handle.appendFile(bytes);
  }

  async sync(): Promise<void> {
    await this.#handle.datasync();
  }

  async replace(bytes: Uint8Array): Promise<void> {
    const beside = `${this.#path}.new`;
    const handle = await open(beside, 'w');
    try {
      await handle.appendFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, this.#path);
    await syncFolder(this.#path);
    await this.#handle.close();
    this.#handle = await open(this.#path, 'a');
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** Makes the names in a file's folder durable. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
