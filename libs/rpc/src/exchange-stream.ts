import {
  type ExchangeRequest,
  type ExchangeResponse,
  PeerServiceService,
  type Reply,
} from '@causeway/proto/common';
import { Refusal, type Runtime, withTraceparent } from '@causeway/runtime';
import type { Client, ClientDuplexStream, Metadata, StatusObject } from '@grpc/grpc-js';
import { errorOf, RpcFailure } from './failures.ts';
import type { Outgoing } from './outgoing.ts';
import { errorOfService } from './wire.ts';

const { exchange } = PeerServiceService;

/** A server that does not take the stream within this time counts as one that does not answer. */
const OPEN_TIMEOUT_MS = 3_000;

/** What a stream tells the road that it belongs to. */
export interface ExchangeListener {
  /** Calls may be sent: the stream was taken, or has room again. */
  onWritable(): void;
  /** The server drains: no call may be sent on this stream any more. */
  onRetired(stream: ExchangeStream): void;
  /** The stream is over; `error` is why calls that were not sent cannot be, where it never opened. */
  onClosed(stream: ExchangeStream, error: Error | undefined): void;
}

/**
 * The client's end of one coalesced stream. Nothing is sent before the server's headers arrive:
 * so a call on a stream that never opened was certainly not executed, and none hangs on it.
 */
export class ExchangeStream {
  readonly #stream: ClientDuplexStream<ExchangeRequest, ExchangeResponse>;
  readonly #listener: ExchangeListener;
  readonly #runtime: Runtime;
  readonly #sent = new Map<number, Outgoing>();
  #open = false;
  #blocked = false;
  #retired = false;

  constructor(client: Client, metadata: Metadata, listener: ExchangeListener, runtime: Runtime) {
    this.#listener = listener;
    this.#runtime = runtime;
    // Out of the first caller's trace, or all that this stream ever does would be part of it.
    this.#stream = withTraceparent(undefined, () =>
      client.makeBidiStreamRequest(
        exchange.path,
        exchange.requestSerialize,
        exchange.responseDeserialize,
        metadata,
        {},
      ),
    );
    const cancelOpening = runtime.timers.after(OPEN_TIMEOUT_MS, () => this.#stream.cancel());
    this.#stream.on('metadata', () => {
      cancelOpening();
      this.#open = true;
      listener.onWritable();
    });
    this.#stream.on('data', (frame: ExchangeResponse) => this.#receive(frame));
    this.#stream.on('drain', () => {
      this.#blocked = false;
      listener.onWritable();
    });
    // The status says the same and comes in every case.
    this.#stream.on('error', () => {});
    this.#stream.on('status', (status: StatusObject) => {
      cancelOpening();
      this.#close(status);
    });
  }

  get writable(): boolean {
    return this.#open && !this.#blocked && !this.#retired;
  }

  /** Sends one frame. */
  send(calls: readonly Outgoing[]): void {
    const nowMs = this.#runtime.clock.monotonicMs();
    const frame = calls.map((call) => {
      call.sentOn = this;
      this.#sent.set(call.id, call);
      return {
        callId: BigInt(call.id),
        method: call.path,
        payload: call.payload,
        timeoutMs: Math.max(1, Math.ceil(call.deadlineMs - nowMs)),
        traceparent: call.traceparent,
      };
    });
    this.#blocked = !this.#stream.write({ calls: frame });
  }

  /** The call was given up; its reply, if one comes, is dropped. */
  forget(call: Outgoing): void {
    this.#sent.delete(call.id);
  }

  cancel(): void {
    this.#stream.cancel();
  }

  #receive(frame: ExchangeResponse): void {
    if (frame.replies.length === 0) this.#retire();
    for (const reply of frame.replies) settle(this.#sent.get(Number(reply.callId)), reply);
  }

  /** Half-closes, so that the server knows that every call has arrived and can close in peace. */
  #retire(): void {
    if (this.#retired) return;
    this.#retired = true;
    this.#stream.end();
    this.#listener.onRetired(this);
  }

  #close(status: StatusObject): void {
    const lost = [...this.#sent.values()];
    for (const call of lost) {
      call.reject(new RpcFailure('UNAVAILABLE', `the stream ended: ${status.details}`, true));
    }
    this.#listener.onClosed(this, this.#open ? undefined : neverOpened(status));
  }
}

function settle(call: Outgoing | undefined, { outcome }: Reply): void {
  if (outcome?.$case === 'payload') call?.resolve(outcome.value);
  else if (outcome?.$case === 'failure') call?.reject(errorOf(outcome.value));
  else call?.reject(new RpcFailure('INTERNAL', 'a reply had no outcome'));
}

/** A server may refuse the stream for a typed reason; anything else is a failure to connect. */
function neverOpened(status: StatusObject): Error {
  const error = errorOfService(Object.assign(new Error(status.details), status));
  if (error instanceof Refusal) return error;
  return new RpcFailure('UNAVAILABLE', `no stream to the peer: ${status.details}`, false);
}
