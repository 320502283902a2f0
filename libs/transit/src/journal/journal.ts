import { concatBytes } from '../bytes.ts';
import { frame, scan } from './frame.ts';

/**
 * A file that a journal is kept in, or whatever a platform has in its place: `NodeJournalFile`, a
 * store of the browser, flash memory of a gate.
 */
export interface JournalFile {
  /** All that is there. */
  read(): Promise<Uint8Array>;
  /** Writes behind the end; it need not be durable yet. */
  append(bytes: Uint8Array): Promise<void>;
  /** Resolves once all that was appended survives a power cut. */
  sync(): Promise<void>;
  /** Puts other bytes in the place of all, durably, and wholly or not at all. */
  replace(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** What was found when a journal was opened. */
export interface Opened {
  readonly journal: Journal;
  readonly records: readonly Uint8Array[];
  /** Bytes at the end that a power cut had left of an unfinished record: they are gone now. */
  readonly tornBytes: number;
  /** Bytes in the middle that could not be read. Everything around them was kept. */
  readonly damagedBytes: number;
}

/**
 * An append-only list of records that survives power cuts: a record is durable once `append` has
 * resolved. Records that wait while others are written share one write and one sync.
 *
 * After any error it is broken, and every later `append` fails: what a disk did that failed to sync
 * is not known before it is read again.
 */
export class Journal {
  readonly #file: JournalFile;
  #waiting: { bytes: Uint8Array; resolve: () => void; reject: (error: unknown) => void }[] = [];
  #isWriting = false;
  #broken: unknown;

  private constructor(file: JournalFile) {
    this.#file = file;
  }

  /** Reads what is there and heals it: an unfinished end is taken off, damage is left out. */
  static async open(file: JournalFile): Promise<Opened> {
    const bytes = await file.read();
    const { records, goodBytes, damagedBytes } = scan(bytes);
    const tornBytes = bytes.length - goodBytes;
    if (tornBytes > 0 || damagedBytes > 0) await file.replace(concatBytes(...records.map(frame)));
    return { journal: new Journal(file), records, tornBytes, damagedBytes };
  }

  /** Resolves once the record is durable. Rejects where that is not known. */
  append(record: Uint8Array): Promise<void> {
    const bytes = frame(record);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
      if (!this.#isWriting) void this.#write();
    });
  }

  /** Puts these records in the place of all. Nothing may be appended meanwhile. */
  async rewrite(records: readonly Uint8Array[]): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken;
    await this.#file.replace(concatBytes(...records.map(frame)));
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        if (this.#broken !== undefined) throw this.#broken;
        await this.#file.append(concatBytes(...batch.map(({ bytes }) => bytes)));
        await this.#file.sync();
        for (const { resolve } of batch) resolve();
      } catch (error) {
        this.#broken = error ?? new Error('the journal failed');
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isWriting = false;
  }
}
