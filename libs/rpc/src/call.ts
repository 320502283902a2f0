import { type Cancel, Refusal, type Runtime } from '@causeway/runtime';
import type { Call, Identity } from './definitions.ts';

/**
 * The server's side of one call. Most handlers never look at the signal, so it and the timer
 * behind it are made only for those that do.
 */
export class ServerCall implements Call {
  readonly identity: Identity;
  readonly deadlineMs: number;
  readonly #runtime: Runtime;
  #controller: AbortController | undefined;
  #stopTimer: Cancel | undefined;
  #cancelled: Refusal | Error | undefined;

  /** @param timeoutMs counted from now; infinite for a stream that lasts */
  constructor(identity: Identity, timeoutMs: number, runtime: Runtime) {
    this.identity = identity;
    this.deadlineMs = runtime.clock.nowMs() + timeoutMs;
    this.#runtime = runtime;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#cancelled !== undefined) this.#controller.abort(this.#cancelled);
      else if (Number.isFinite(this.deadlineMs)) this.#cancelAtDeadline();
    }
    return this.#controller.signal;
  }

  /** Throws a Refusal DEADLINE_PASSED where nobody waits any more. */
  refuseIfPassed(): void {
    if (this.#cancelled !== undefined) throw this.#cancelled;
    if (this.#runtime.clock.nowMs() >= this.deadlineMs) throw passed();
  }

  /** The caller is gone, or has to go. */
  cancel(reason: Error): void {
    this.#cancelled ??= reason;
    this.#stopTimer?.();
    this.#controller?.abort(reason);
  }

  /** The call is answered; its signal will not fire any more. */
  finish(): void {
    this.#stopTimer?.();
  }

  #cancelAtDeadline(): void {
    const leftMs = this.deadlineMs - this.#runtime.clock.nowMs();
    this.#stopTimer = this.#runtime.timers.after(Math.max(0, leftMs), () => this.cancel(passed()));
  }
}

function passed(): Refusal {
  return new Refusal('DEADLINE_PASSED', 'the deadline passed before the call was executed');
}
