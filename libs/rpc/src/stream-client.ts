import { hostNowMs } from '@causeway/runtime';
import type {
  Client,
  ClientDuplexStream,
  ClientReadableStream,
  Metadata,
  ServiceError,
} from '@grpc/grpc-js';
import type { MethodDefinition } from './definitions.ts';
import { asIs, errorOfService } from './wire.ts';

/** The connection that a stream uses, and how long it may last. */
export interface StreamHow {
  client: Client;
  metadata: Metadata;
  /** May be infinite. */
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

type Responses = ClientReadableStream<Buffer> | ClientDuplexStream<Buffer, Buffer>;

/** The responses to one request; the call starts when they are first asked for. */
export async function* serverStream(
  method: MethodDefinition,
  request: unknown,
  how: StreamHow,
): AsyncGenerator<unknown> {
  const payload = method.requestSerialize(request as never);
  const stream = how.client.makeServerStreamRequest(
    method.path,
    asIs,
    asIs,
    payload,
    how.metadata,
    optionsOf(how),
  );
  yield* responses(method, stream, how.signal);
}

/** The responses to a stream of requests, which are sent as fast as the server takes them. */
export async function* bidiStream(
  method: MethodDefinition,
  requests: AsyncIterable<unknown>,
  how: StreamHow,
): AsyncGenerator<unknown> {
  const stream: ClientDuplexStream<Buffer, Buffer> = how.client.makeBidiStreamRequest(
    method.path,
    asIs,
    asIs,
    how.metadata,
    optionsOf(how),
  );
  let failed: { error: unknown } | undefined;
  void send(method, requests, stream).catch((error) => {
    failed = { error };
    stream.cancel();
  });
  try {
    yield* responses(method, stream, how.signal);
  } catch (error) {
    // The requests' own failure is the cause; the cancelled stream only its consequence.
    throw failed === undefined ? error : failed.error;
  }
}

async function send(
  method: MethodDefinition,
  requests: AsyncIterable<unknown>,
  stream: ClientDuplexStream<Buffer, Buffer>,
): Promise<void> {
  let over = false;
  const ended = new Promise<void>((resolve) => {
    stream.once('status', () => {
      over = true;
      resolve();
    });
  });
  for await (const request of requests) {
    if (over) return;
    if (!stream.write(method.requestSerialize(request as never))) {
      await Promise.race([new Promise((resolve) => stream.once('drain', resolve)), ended]);
    }
  }
  stream.end();
}

async function* responses(
  method: MethodDefinition,
  stream: Responses,
  signal: AbortSignal | undefined,
): AsyncGenerator<unknown> {
  const cancel = () => stream.cancel();
  if (signal?.aborted) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    for await (const bytes of stream) yield method.responseDeserialize(bytes as Buffer);
  } catch (error) {
    throw isServiceError(error) ? errorOfService(error) : error;
  } finally {
    signal?.removeEventListener('abort', cancel);
    stream.cancel();
  }
}

function optionsOf({ timeoutMs }: StreamHow) {
  return Number.isFinite(timeoutMs) ? { deadline: hostNowMs() + timeoutMs } : {};
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'details' in error;
}
