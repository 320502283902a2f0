import type { Clock } from '@causeway/runtime';

/** Tells on stderr how far the bench is, with the time so far and the expected end. */
export class Progress {
  readonly #clock: Clock;
  readonly #startMs: number;
  #expectedSeconds: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startMs = clock.monotonicMs();
  }

  /** Seconds since the start. */
  get seconds(): number {
    return (this.#clock.monotonicMs() - this.#startMs) / 1_000;
  }

  /** From now on it is expected to take this many seconds more. */
  expectMore(seconds: number): void {
    this.#expectedSeconds = this.seconds + seconds;
  }

  say(text: string): void {
    const of =
      this.#expectedSeconds === undefined ? '' : ` of about ${clockTime(this.#expectedSeconds)}`;
    process.stderr.write(`bench ${clockTime(this.seconds)}${of}  ${text}\n`);
  }
}

/** `2:05`, minutes and seconds. */
export function clockTime(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
