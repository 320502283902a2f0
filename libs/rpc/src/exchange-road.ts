import { type Backoff, backoffMs, type Cancel, type Runtime } from '@causeway/runtime';
import type { Client, Metadata } from '@grpc/grpc-js';
import { type ExchangeListener, ExchangeStream } from './exchange-stream.ts';
import { RpcFailure } from './failures.ts';
import { FULL_FRAME_BYTES, MAX_FRAME_CALLS } from './limits.ts';
import { Outgoing } from './outgoing.ts';
import type { Road, Send } from './road.ts';
import { overloaded } from './unary-road.ts';

const REOPEN: Backoff = { firstMs: 50, maxMs: 1_000 };

/** One sweep over all calls is cheaper than a timer for each, and late by no more than this. */
const SWEEP_MS = 10;

/** Sends calls many in a frame, on one stream that is opened for the first of them. */
export class ExchangeRoad implements Road, ExchangeListener {
  readonly #client: Client;
  readonly #metadata: () => Metadata;
  readonly #maxInFlight: number;
  readonly #runtime: Runtime;
  /** Calls that are neither answered nor given up. */
  readonly #awaited = new Set<Outgoing>();
  /** Those of them that are not sent. */
  #queue: Outgoing[] = [];
  #stream: ExchangeStream | undefined;
  #cancelReopening: Cancel | undefined;
  #cancelSweep: Cancel | undefined;
  #failures = 0;
  #lastId = 0;
  #flushing = false;
  #closed = false;

  constructor(client: Client, metadata: () => Metadata, maxInFlight: number, runtime: Runtime) {
    this.#client = client;
    this.#metadata = metadata;
    this.#maxInFlight = maxInFlight;
    this.#runtime = runtime;
  }

  get usable(): boolean {
    return this.#failures === 0;
  }

  revive(): void {
    if (this.#stream === undefined) this.#open();
  }

  get idle(): boolean {
    return this.#awaited.size === 0;
  }

  send(path: string, payload: Buffer, how: Send): Promise<Buffer> {
    if (this.#awaited.size >= this.#maxInFlight) return Promise.reject(overloaded());
    const { signal, timeoutMs, traceparent = '' } = how;
    if (this.#closed || signal?.aborted) return Promise.reject(givenUp(false));
    return new Promise((resolve, reject) => {
      const onAbort = () => outgoing.reject(givenUp(outgoing.sentOn !== undefined));
      const onSettled = () => {
        this.#awaited.delete(outgoing);
        signal?.removeEventListener('abort', onAbort);
      };
      this.#lastId += 1;
      const deadlineMs = this.#runtime.clock.monotonicMs() + timeoutMs;
      const outgoing = new Outgoing(
        this.#lastId,
        path,
        payload,
        deadlineMs,
        traceparent,
        onSettled,
        resolve,
        reject,
      );
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#enqueue(outgoing);
    });
  }

  close(): void {
    this.#closed = true;
    this.#cancelReopening?.();
    this.#cancelSweep?.();
    for (const call of this.#awaited) call.reject(givenUp(call.sentOn !== undefined));
    this.#stream?.cancel();
    this.#client.close();
  }

  #enqueue(outgoing: Outgoing): void {
    this.#awaited.add(outgoing);
    this.#queue.push(outgoing);
    this.#cancelSweep ??= this.#runtime.timers.every(SWEEP_MS, () => this.#sweep());
    if (this.#stream === undefined) this.#open();
    else this.#flushSoon();
  }

  #open(): void {
    if (this.#cancelReopening !== undefined || this.#closed) return;
    const open = () => {
      this.#cancelReopening = undefined;
      this.#stream = new ExchangeStream(this.#client, this.#metadata(), this, this.#runtime);
    };
    if (this.#failures === 0) {
      open();
      return;
    }
    const pauseMs = backoffMs(REOPEN, this.#failures, this.#runtime.random);
    this.#cancelReopening = this.#runtime.timers.after(pauseMs, open);
  }

  onWritable(): void {
    this.#failures = 0;
    this.#flushSoon();
  }

  onRetired(stream: ExchangeStream): void {
    if (this.#stream !== stream) return;
    this.#stream = undefined;
    if (this.#queue.length > 0) this.#open();
  }

  onClosed(stream: ExchangeStream, error: Error | undefined): void {
    if (this.#stream !== stream) return;
    this.#stream = undefined;
    this.#failures += 1;
    if (error !== undefined) {
      const queued = this.#queue;
      this.#queue = [];
      for (const call of queued) call.reject(error);
    }
    if (this.#queue.length > 0) this.#open();
  }

  /** Gathers what is called during this turn of the event loop into frames. */
  #flushSoon(): void {
    if (this.#flushing || !this.#stream?.writable) return;
    this.#flushing = true;
    void this.#runtime.timers.immediate().then(() => {
      this.#flushing = false;
      while (this.#queue.length > 0 && this.#stream?.writable) {
        const frame = this.#nextFrame();
        if (frame.length > 0) this.#stream.send(frame);
      }
    });
  }

  /** Takes the next calls from the queue and leaves out those that nobody awaits any more. */
  #nextFrame(): Outgoing[] {
    const nowMs = this.#runtime.clock.monotonicMs();
    const frame: Outgoing[] = [];
    let bytes = 0;
    let taken = 0;
    while (frame.length < MAX_FRAME_CALLS && bytes < FULL_FRAME_BYTES) {
      const call = this.#queue[taken];
      if (call === undefined) break;
      taken += 1;
      if (call.deadlineMs <= nowMs) call.reject(timedOut(call));
      if (call.settled) continue;
      bytes += call.payload.length;
      frame.push(call);
    }
    this.#queue.splice(0, taken);
    return frame;
  }

  #sweep(): void {
    const nowMs = this.#runtime.clock.monotonicMs();
    for (const call of this.#awaited) {
      if (call.deadlineMs <= nowMs) call.reject(timedOut(call));
    }
    if (this.#awaited.size > 0) return;
    this.#queue = [];
    this.#cancelSweep?.();
    this.#cancelSweep = undefined;
  }
}

function timedOut(call: Outgoing): RpcFailure {
  const sent = call.sentOn !== undefined;
  const when = sent ? 'waiting for the reply' : 'waiting to be sent';
  return new RpcFailure('DEADLINE_EXCEEDED', `the deadline passed while ${when}`, sent);
}

function givenUp(sent: boolean): RpcFailure {
  return new RpcFailure('CANCELLED', 'the caller gave the call up', sent);
}
