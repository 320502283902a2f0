import type { JournalFile } from '@causeway/transit';

/** A gate's disk in memory. What was not synced is gone when the power is. */
export class MemoryFile implements JournalFile {
  #durable = new Uint8Array(0);
  #written = new Uint8Array(0);

  async read(): Promise<Uint8Array> {
    return this.#written;
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#written = joined(this.#written, bytes);
  }

  async sync(): Promise<void> {
    this.#durable = this.#written;
  }

  async replace(bytes: Uint8Array): Promise<void> {
    this.#written = bytes.slice();
    this.#durable = this.#written;
  }

  async close(): Promise<void> {}

  /** The disk as it is found after a power cut, with a part of a record that was being written. */
  afterPowerCut(torn = new Uint8Array(0)): MemoryFile {
    const found = new MemoryFile();
    found.#durable = joined(this.#durable, torn);
    found.#written = found.#durable;
    return found;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
