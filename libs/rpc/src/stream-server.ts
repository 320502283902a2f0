import { Refusal } from '@causeway/runtime';
import type { ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';
import type { AccessRules } from './access.ts';
import { authenticate } from './authenticate.ts';
import { ServerCall } from './call.ts';
import type { BoundMethod } from './definitions.ts';
import { callerGone, remainingMs, type ServerContext } from './unary-server.ts';
import { trailersOf } from './wire.ts';

type Duplex = ServerDuplexStream<Buffer, Buffer>;
type Writable = ServerWritableStream<Buffer, Buffer>;

/** Streams that are open, so that a drain can end them. */
export class OpenStreams {
  readonly #calls = new Set<ServerCall>();

  /** Ends every stream with a Refusal DRAINING: whoever watches comes back elsewhere. */
  drain(): void {
    for (const call of this.#calls) call.cancel(new Refusal('DRAINING', 'the server drains'));
  }

  /** Answers one call of a method that streams its responses, and maybe its requests. */
  async serve(
    method: BoundMethod,
    stream: Duplex | Writable,
    access: AccessRules,
    { failures, runtime, verifyToken }: ServerContext,
  ): Promise<void> {
    let call: ServerCall | undefined;
    try {
      const identity = await authenticate(stream, verifyToken);
      access.check(method.path, identity);
      call = new ServerCall(identity, remainingMs(stream, Number.POSITIVE_INFINITY), runtime);
      this.#calls.add(call);
      const current = call;
      stream.on('cancelled', () => current.cancel(callerGone()));
      const input = 'request' in stream ? decode(method, stream.request) : requests(method, stream);
      const responses = method.handle(input, call) as AsyncIterable<unknown>;
      await write(method, responses, stream, call.signal);
      stream.end();
    } catch (error) {
      if (!stream.cancelled)
        stream.emit('error', trailersOf(failures.statusOf(error, method.path)));
    } finally {
      call?.finish();
      if (call !== undefined) this.#calls.delete(call);
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
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => {});
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted]);
      if (next.done) return;
      if (!stream.write(method.encode(next.value))) {
        await Promise.race([new Promise((resolve) => stream.once('drain', resolve)), aborted]);
      }
    }
  } finally {
    // A handler that waits for something which never comes must not hold up the drain.
    if (signal.aborted) void iterator.return?.()?.catch(() => {});
  }
}

async function* requests(method: BoundMethod, stream: Duplex): AsyncIterable<unknown> {
  for await (const bytes of stream.iterator({ destroyOnReturn: false })) {
    yield decode(method, bytes as Buffer);
  }
}

function decode(method: BoundMethod, bytes: Buffer): unknown {
  try {
    return method.decode(bytes);
  } catch (cause) {
    throw new Refusal('MALFORMED_REQUEST', 'the request cannot be decoded', { cause });
  }
}
