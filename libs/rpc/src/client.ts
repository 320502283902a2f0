import { currentTraceparent, Refusal, type Runtime, span } from '@causeway/runtime';
import { Backends } from './backends.ts';
import type {
  IdentityKind,
  MethodDefinition,
  RequestOf,
  ResponseOf,
  ServiceDefinition,
} from './definitions.ts';
import type { Lookup } from './places.ts';
import { bidiStream, serverStream } from './stream-client.ts';
import type { TlsFiles } from './tls.ts';
import { unaryCall } from './unary-client.ts';

/** How long the caller waits, and a way to stop waiting. */
export interface CallOptions {
  /** Epoch milliseconds on the runtime's clock. */
  deadlineMs?: number;
  /** From now; where both are given the earlier end counts. */
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

type ClientMethod<M extends MethodDefinition> = M extends { readonly requestStream: true }
  ? (requests: AsyncIterable<RequestOf<M>>, options?: CallOptions) => AsyncIterable<ResponseOf<M>>
  : M extends { readonly responseStream: true }
    ? (request: RequestOf<M>, options?: CallOptions) => AsyncIterable<ResponseOf<M>>
    : (request: RequestOf<M>, options?: CallOptions) => Promise<ResponseOf<M>>;

/**
 * The methods of a service as functions. They throw a Refusal where the server gave a typed
 * reason, else an RpcFailure; `isUnknownOutcome` tells whether the call may have been executed.
 */
export type Client<S extends ServiceDefinition> = {
  readonly [K in keyof S]: ClientMethod<S[K]>;
} & {
  /** Gives up what is under way and closes the connections. */
  close(): void;
};

/** What `connect` needs. */
export interface ConnectOptions {
  runtime: Runtime;
  /**
   * `host:port` of one server, or of several that answer alike, also between commas. Where a name
   * stands for several servers, as that of a headless service does, all of them are used in turn.
   */
  address: string | readonly string[];
  tls: TlsFiles;
  /** Asked for at each call, so that a token can be renewed. */
  token?: () => string;
  /** `coalesced` sends unary calls many in a frame; between services only. */
  mode: 'unary' | 'coalesced';
  /** Milliseconds that a unary call may take unless its options say otherwise. */
  defaultDeadlineMs: number;
  /** The most unary calls under way to one address; more are refused as OVERLOADED. */
  maxInFlight?: number;
  /** What the server's certificate may say it is: a service, unless it is a partner's endpoint. */
  peerKinds?: readonly IdentityKind[];
  /** Whose the server's certificate must be, unless it is a service's of this system. */
  peerId?: string | undefined;
  /** Told of the kind of each server that is met. */
  onPeer?: (kind: IdentityKind) => void;
  /** Finds what a name stands for; DNS, unless given. */
  lookup?: Lookup;
}

const DEFAULT_MAX_IN_FLIGHT = 4096;

/** A client of a service. Nothing is opened before the first call. */
export function connect<S extends ServiceDefinition>(
  service: S,
  options: ConnectOptions,
): Client<S> {
  const { runtime, address, maxInFlight = DEFAULT_MAX_IN_FLIGHT } = options;
  const addresses = typeof address === 'string' ? [address] : address;
  const backends = new Backends(addresses, maxInFlight, options);
  const unary = (method: MethodDefinition) => {
    const name = method.path.slice(1);
    const attributes = { 'rpc.system.name': 'grpc', 'rpc.method': name, ...serverOf(addresses) };
    return (request: unknown, given: CallOptions = {}) => {
      const timeoutMs = timeoutOf(given, options.defaultDeadlineMs, runtime);
      if (timeoutMs <= 0) return Promise.reject(passed());
      const send = () =>
        unaryCall(backends, method, request, {
          timeoutMs,
          signal: given.signal,
          traceparent: currentTraceparent(),
        });
      return span(name, attributes, send, { kind: 'client' });
    };
  };
  const streaming =
    (method: MethodDefinition) =>
    (input: unknown, given: CallOptions = {}) => {
      const timeoutMs = timeoutOf(given, Number.POSITIVE_INFINITY, runtime);
      const { client, metadata } = backends.forStream();
      const how = { client, metadata, timeoutMs, signal: given.signal };
      return method.requestStream
        ? bidiStream(method, input as AsyncIterable<unknown>, how)
        : serverStream(method, input, how);
    };
  const methods = Object.entries(service).map(([name, method]) => [
    name,
    method.responseStream ? streaming(method) : unary(method),
  ]);
  const close = () => backends.close();
  return { ...Object.fromEntries(methods), close } as Client<S>;
}

/** Which server a call goes to, where there is only one that it can go to. */
function serverOf([only, ...others]: readonly string[]): Record<string, string | number> {
  if (only === undefined || others.length > 0) return {};
  const at = only.lastIndexOf(':');
  return { 'server.address': only.slice(0, at), 'server.port': Number(only.slice(at + 1)) };
}

function timeoutOf(options: CallOptions, defaultMs: number, { clock }: Runtime): number {
  const timeoutMs = options.timeoutMs ?? defaultMs;
  if (options.deadlineMs === undefined) return timeoutMs;
  const untilDeadlineMs = options.deadlineMs - clock.nowMs();
  return options.timeoutMs === undefined ? untilDeadlineMs : Math.min(timeoutMs, untilDeadlineMs);
}

function passed(): Refusal {
  return new Refusal('DEADLINE_PASSED', 'the deadline passed before the call was sent');
}
