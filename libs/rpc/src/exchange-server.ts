import type {
  Call as CallFrame,
  ExchangeRequest,
  ExchangeResponse,
  Reply,
} from '@causeway/proto/common';
import { Refusal, type Runtime } from '@causeway/runtime';
import { Metadata, type ServerDuplexStream } from '@grpc/grpc-js';
import { callerGone, ServerCall } from './call.ts';
import type { Identity } from './definitions.ts';
import type { Dispatcher } from './dispatch.ts';
import { FULL_FRAME_BYTES, MAX_FRAME_CALLS } from './limits.ts';

/** The most calls of one stream that are executed at a time. */
const MAX_IN_FLIGHT = 8192;

type Stream = ServerDuplexStream<ExchangeRequest, ExchangeResponse>;

/**
 * The server's end of one coalesced stream. Calls of a frame start together; each reply leaves in
 * the next frame once it is ready, so that a slow call holds up no other.
 */
export class ExchangeServer {
  readonly #stream: Stream;
  readonly #identity: Identity;
  readonly #dispatcher: Dispatcher;
  readonly #runtime: Runtime;
  readonly #inFlight = new Set<ServerCall>();
  #outbox: Reply[] = [];
  #flushing = false;
  #requestsEnded = false;
  #closed = false;
  readonly #onClosed: () => void;

  constructor(
    stream: Stream,
    identity: Identity,
    dispatcher: Dispatcher,
    runtime: Runtime,
    onClosed: () => void,
  ) {
    this.#stream = stream;
    this.#identity = identity;
    this.#dispatcher = dispatcher;
    this.#runtime = runtime;
    this.#onClosed = onClosed;
    stream.on('data', (frame: ExchangeRequest) => {
      for (const call of frame.calls) void this.#start(call);
    });
    stream.on('end', () => {
      this.#requestsEnded = true;
      this.#endIfDone();
    });
    stream.on('error', () => this.#close());
    stream.on('cancelled', () => this.#close());
    stream.on('close', () => this.#close());
    // Headers tell the client that calls sent from now on may be executed.
    stream.sendMetadata(new Metadata());
  }

  /** Asks the client, by a frame without replies, to send nothing more on this stream. */
  drain(): void {
    if (!this.#closed) this.#stream.write({ replies: [] });
  }

  async #start(frame: CallFrame): Promise<void> {
    const call = new ServerCall(this.#identity, frame.timeoutMs, this.#runtime);
    const { method, payload, traceparent, callId } = frame;
    const isFull = this.#inFlight.size >= MAX_IN_FLIGHT;
    this.#inFlight.add(call);
    const answer = isFull
      ? this.#dispatcher.refuse(method, new Refusal('OVERLOADED', 'too many calls in flight'))
      : await this.#dispatcher.answer(method, payload, call, traceparent);
    this.#inFlight.delete(call);
    if (this.#closed) return;
    const outcome: Reply['outcome'] = Buffer.isBuffer(answer)
      ? { $case: 'payload', value: answer }
      : { $case: 'failure', value: answer };
    this.#outbox.push({ callId, outcome });
    if (!this.#flushing) void this.#flush();
  }

  /** Writes what is ready, a turn of the event loop after the first reply of it was. */
  async #flush(): Promise<void> {
    this.#flushing = true;
    await this.#runtime.timers.immediate();
    while (this.#outbox.length > 0 && !this.#closed) {
      const replies = this.#nextFrame();
      if (!this.#stream.write({ replies })) await this.#drained();
    }
    this.#flushing = false;
    this.#endIfDone();
  }

  #nextFrame(): Reply[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#outbox.length && count < MAX_FRAME_CALLS && bytes < FULL_FRAME_BYTES) {
      const outcome = this.#outbox[count]?.outcome;
      if (outcome?.$case === 'payload') bytes += outcome.value.length;
      count += 1;
    }
    return this.#outbox.splice(0, count);
  }

  /** While the client does not read replies, no more of its calls are read. */
  async #drained(): Promise<void> {
    this.#stream.pause();
    await new Promise<void>((resolve) => {
      this.#stream.once('drain', resolve);
      this.#stream.once('close', resolve);
      this.#stream.once('cancelled', resolve);
    });
    this.#stream.resume();
  }

  #endIfDone(): void {
    if (!this.#requestsEnded || this.#inFlight.size > 0 || this.#outbox.length > 0) return;
    if (this.#flushing || this.#closed) return;
    this.#stream.end();
    this.#close();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const call of this.#inFlight) {
      call.cancel(callerGone);
    }
    this.#onClosed();
  }
}
