import { type Cancel, Refusal, type Runtime } from '@causeway/runtime';
import type { Call, Identity } from './definitions.ts';
import { RpcFailure } from './failures.ts';

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
  #cancelled: Error | undefined;
  #finished = false;

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

  /** Throws a Refusal DEADLINE_PASSED where nobody waits any more, before anything was done. */
  refuseIfPassed(): void {
    if (this.#cancelled === undefined && this.#runtime.clock.nowMs() < this.deadlineMs) return;
    throw new Refusal('DEADLINE_PASSED', 'nobody waited any more when the call was reached');
  }

  /**
   * Fires the signal. The reason is no Refusal, since the handler may have done something by now
   * and is likely to rethrow it. grpc-js reports every call that is over as cancelled: once it is
   * answered nobody listens, and an error made for nothing would record its stack all the same.
   */
  cancel(why: () => RpcFailure): void {
    if (this.#finished) return;
    const reason = why();
    this.#cancelled ??= reason;
    this.#stopTimer?.();
    this.#controller?.abort(reason);
  }

  /** The call is answered; its signal will not fire any more. */
  finish(): void {
    this.#finished = true;
    this.#stopTimer?.();
  }

  #cancelAtDeadline(): void {
    const leftMs = this.deadlineMs - this.#runtime.clock.nowMs();
    this.#stopTimer = this.#runtime.timers.after(Math.max(0, leftMs), () =>
      this.cancel(() => new RpcFailure('DEADLINE_EXCEEDED', 'the deadline passed')),
    );
  }
}

/** Why the signal of a call fires whose caller went away. */
export function callerGone(): RpcFailure {
  return new RpcFailure('CANCELLED', 'the caller is gone');
}
