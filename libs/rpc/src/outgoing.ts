import type { ExchangeStream } from './exchange-stream.ts';

/** One coalesced call that its caller awaits. */
export class Outgoing {
  /** The stream that it was sent on, once it was. */
  sentOn: ExchangeStream | undefined;
  #settled = false;

  constructor(
    readonly id: number,
    readonly path: string,
    readonly payload: Buffer,
    /** Milliseconds on the monotonic clock. */
    readonly deadlineMs: number,
    readonly traceparent: string,
    private readonly onSettled: (outgoing: Outgoing) => void,
    private readonly onPayload: (payload: Buffer) => void,
    private readonly onError: (error: Error) => void,
  ) {}

  get settled(): boolean {
    return this.#settled;
  }

  resolve(payload: Buffer): void {
    if (this.#settle()) this.onPayload(payload);
  }

  reject(error: Error): void {
    if (this.#settle()) this.onError(error);
  }

  /** A reply after the deadline finds its call settled and is dropped. */
  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.sentOn?.forget(this);
    this.onSettled(this);
    return true;
  }
}
