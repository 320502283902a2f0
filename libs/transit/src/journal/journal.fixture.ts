import { concatBytes } from '../bytes.ts';
import type { JournalFile } from './journal.ts';

/** A disk in memory whose power can be cut, and which can fail. */
export class MemoryDisk implements JournalFile {
  #durable: Uint8Array;
  #cached = new Uint8Array(0);
  /** Set to have the next write or sync fail. */
  failing: Error | undefined;
  /** Set to have writes hang until it is settled. */
  stuck: Promise<void> | undefined;
  syncs = 0;

  constructor(bytes = new Uint8Array(0)) {
    this.#durable = bytes;
  }

  async read(): Promise<Uint8Array> {
    return concatBytes(this.#durable, this.#cached);
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.stuck;
    if (this.failing) throw this.failing;
    this.#cached = concatBytes(this.#cached, bytes) as Uint8Array<ArrayBuffer>;
  }

  async sync(): Promise<void> {
    if (this.failing) throw this.failing;
    this.syncs++;
    this.#durable = concatBytes(this.#durable, this.#cached);
    this.#cached = new Uint8Array(0);
  }

  async replace(bytes: Uint8Array): Promise<void> {
    this.#durable = bytes;
    this.#cached = new Uint8Array(0);
  }

  async close(): Promise<void> {}

  /** The disk after a power cut which wrote this share of what was not durable. */
  cut(share: number): MemoryDisk {
    const kept = this.#cached.slice(0, Math.floor(this.#cached.length * share));
    return new MemoryDisk(concatBytes(this.#durable, kept) as Uint8Array<ArrayBuffer>);
  }
}
