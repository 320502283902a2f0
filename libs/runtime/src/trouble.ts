import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';

const TELL_EVERY_MS = 60_000;

/** What a failure was, for the log: its error, and whatever else says more. */
interface Failure {
  err?: unknown;
  [field: string]: unknown;
}

/**
 * A failure that comes again and again while something is away. It is told when it begins, once a
 * minute while it lasts, and when it is over, however often it happens: what one has to know is
 * that it lasts, not each attempt.
 */
export class Trouble {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #what: string;
  readonly #level: 'warn' | 'error';
  #sinceMs = 0;
  #toldMs = 0;
  #latestMs = 0;
  #failures = 0;

  /**
   * @param what a constant sentence, such as "the directory could not be read again"
   * @param level `error` where a person must act
   */
  constructor(
    { log, clock }: { log: Logger; clock: Clock },
    what: string,
    level: 'warn' | 'error' = 'warn',
  ) {
    this.#log = log;
    this.#clock = clock;
    this.#what = what;
    this.#level = level;
  }

  /** It failed. The error is told by its message: that a server is away has no stack. */
  failed({ err, ...fields }: Failure): void {
    const nowMs = this.#clock.monotonicMs();
    // Not everybody can tell when it is over; after a quiet minute it was.
    if (nowMs - this.#latestMs > TELL_EVERY_MS) this.#failures = 0;
    if (this.#failures === 0) this.#sinceMs = nowMs;
    this.#latestMs = nowMs;
    this.#failures += 1;
    if (this.#failures > 1 && nowMs - this.#toldMs < TELL_EVERY_MS) return;
    this.#toldMs = nowMs;
    const lasting = this.#failures > 1 ? this.#lasting(nowMs) : {};
    const reason = err === undefined ? {} : { reason: reasonOf(err) };
    this.#log[this.#level]({ ...fields, ...reason, ...lasting }, this.#what);
  }

  /** It worked. Tells so where it had failed before. */
  passed(fields: object = {}): void {
    if (this.#failures === 0) return;
    const lasting = this.#lasting(this.#clock.monotonicMs());
    this.#failures = 0;
    this.#log.info({ ...fields, ...lasting }, `over: ${this.#what}`);
  }

  #lasting(nowMs: number) {
    return { failures: this.#failures, for_seconds: Math.round((nowMs - this.#sinceMs) / 1_000) };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || error.name;
}
