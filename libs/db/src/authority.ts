import { readFileSync } from 'node:fs';
import { type Cancel, certificateEndOf, type Runtime } from '@causeway/runtime';
import { authorityEnd } from './metrics.ts';

const LOOK_MS = 60_000;

/**
 * The authority of the servers' certificates, in a file that whoever keeps it renews. Each connection
 * is made with what the file says then: a process outlives more than one authority.
 */
export class Authority {
  readonly #file: string;
  readonly #runtime: Runtime;
  readonly #cancel: Cancel;
  #known: Buffer;

  /** Throws where the file cannot be read: nobody could be reached. */
  constructor(file: string, runtime: Runtime) {
    this.#file = file;
    this.#runtime = runtime;
    this.#known = readFileSync(file);
    this.#measure();
    this.#cancel = runtime.timers.every(LOOK_MS, () => this.#measure());
  }

  /** As the file has it now; as it was last where it cannot be read. */
  get pem(): Buffer {
    try {
      this.#known = readFileSync(this.#file);
    } catch (err) {
      this.#runtime.log.warn({ err }, "the authority of the database's certificate was not read");
    }
    return this.#known;
  }

  /** Measures no more. */
  stop(): void {
    this.#cancel();
  }

  #measure(): void {
    authorityEnd.set(certificateEndOf(this.pem), { certificate: 'database' });
  }
}
