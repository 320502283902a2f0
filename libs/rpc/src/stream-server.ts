import { Refusal } from '@causeway/runtime';
import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';
import type { AccessRules } from './access.ts';
import { authenticate } from './authenticate.ts';
import { callerGone, ServerCall } from './call.ts';
import type { BoundMethod } from './definitions.ts';
import { RpcFailure } from './failures.ts';
import { Interruption } from './interruption.ts';
import { remainingMs, type ServerContext } from './unary-server.ts';
import { trailersOf } from './wire.ts';

type Duplex = ServerDuplexStream<Buffer, Buffer>;
type Writable = ServerWritableStream<Buffer, Buffer>;

/** Methods that stream their responses, on one server. */
export class StreamingMethods {
  readonly #access: AccessRules;
  readonly #context: ServerContext;
  readonly #watches = new Set<ServerCall>();
  readonly #intakes = new Set<Interruption>();
  /** Streams that are being answered, for the drain. */
  underWay = 0;
  #draining = false;

  constructor(access: AccessRules, context: ServerContext) {
    this.#access = access;
    this.#context = context;
  }

  /**
   * Ends what only watches at once. A stream of requests takes no more of them and ends once its
   * handler has answered those that it has. Both end as UNAVAILABLE: the client comes back.
   */
  drain(): void {
    this.#draining = true;
    for (const intake of this.#intakes) intake.interrupt(drains());
    for (const call of this.#watches) call.cancel(drains);
  }

  /** Answers one stream of a method. */
  async serve(method: BoundMethod, stream: Duplex | Writable): Promise<void> {
    const { failures, runtime, verifyToken } = this.#context;
    let call: ServerCall | undefined;
    this.underWay += 1;
    try {
      const identity = await authenticate(stream, verifyToken);
      this.#access.check(method.path, identity);
      call = new ServerCall(identity, remainingMs(stream, Number.POSITIVE_INFINITY), runtime);
      const { signal } = call;
      stream.on('cancelled', () => call?.cancel(callerGone));
      if ('request' in stream) this.#watches.add(call);
      const input =
        'request' in stream ? decode(method, stream.request) : this.#requests(method, stream);
      const responses = method.handle(input, call) as AsyncIterable<unknown>;
      await write(method, responses, stream, signal);
      if (this.#draining) throw drains();
      stream.end();
    } catch (error) {
      const trailers = trailersOf(failures.statusOf(error, method.path));
      if (!stream.cancelled) stream.emit('error', trailers);
    } finally {
      this.underWay -= 1;
      call?.finish();
      if (call !== undefined) this.#watches.delete(call);
    }
  }

  async *#requests(method: BoundMethod, stream: Duplex): AsyncGenerator<unknown> {
    const iterator = stream.iterator({ destroyOnReturn: false });
    const intake = new Interruption();
    this.#intakes.add(intake);
    if (this.#draining) intake.interrupt(drains());
    try {
      for (;;) {
        const next = await intake.unless(iterator.next());
        if (next.done) return;
        yield decode(method, next.value as Buffer);
      }
    } catch (error) {
      if (error !== intake.reason) throw error;
    } finally {
      this.#intakes.delete(intake);
    }
  }
}

/** Pulls a response only once the last one has room, and stops as soon as the signal fires. */
async function write(
  method: BoundMethod,
  responses: AsyncIterable<unknown>,
  stream: Duplex | Writable,
  signal: AbortSignal,
): Promise<void> {
  const iterator = responses[Symbol.asyncIterator]();
  const gone = new Interruption();
  if (signal.aborted) gone.interrupt(signal.reason);
  signal.addEventListener('abort', () => gone.interrupt(signal.reason), { once: true });
  try {
    for (;;) {
      const next = await gone.unless(iterator.next());
      if (next.done) return;
      if (!stream.write(method.encode(next.value))) {
        await gone.unless(new Promise((resolve) => stream.once('drain', resolve)));
      }
    }
  } finally {
    // A handler that waits for something which never comes must not hold up the drain.
    if (signal.aborted) void iterator.return?.()?.catch(() => {});
  }
}

function drains(): RpcFailure {
  return new RpcFailure('UNAVAILABLE', 'the server drains');
}

function decode(method: BoundMethod, bytes: Buffer): unknown {
  try {
    return method.decode(bytes);
  } catch (cause) {
    throw new Refusal('MALFORMED_REQUEST', 'the request cannot be decoded', { cause });
  }
}
