/** One method as ts-proto generates it for grpc-js. */
export interface MethodDefinition {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestSerialize: (value: never) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => unknown;
  readonly responseSerialize: (value: never) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => unknown;
}

/** A whole service: what ts-proto exports as `XServiceService`. */
export type ServiceDefinition = Readonly<Record<string, MethodDefinition>>;

export type RequestOf<M extends MethodDefinition> = ReturnType<M['requestDeserialize']>;
export type ResponseOf<M extends MethodDefinition> = ReturnType<M['responseDeserialize']>;

export type IdentityKind = 'partner' | 'service' | 'operator' | 'issuer' | 'wallet';

/** Who calls, as proven by a certificate, or by a token in the case of a wallet app. */
export interface Identity {
  readonly kind: IdentityKind;
  readonly id: string;
  /** The one wallet that a wallet app's token is bound to. */
  readonly walletId?: string;
}

/** What a handler may know of the call that it answers. */
export interface Call {
  readonly identity: Identity;
  /** Epoch milliseconds on the runtime's clock; the answer reaches nobody after that. */
  readonly deadlineMs: number;
  /** Aborted once the caller is gone, the deadline has passed, or a stream is drained. */
  readonly signal: AbortSignal;
}

type UnaryHandler<Req, Res> = (request: Req, call: Call) => Promise<Res>;
type ServerStreamHandler<Req, Res> = (request: Req, call: Call) => AsyncIterable<Res>;
type BidiHandler<Req, Res> = (requests: AsyncIterable<Req>, call: Call) => AsyncIterable<Res>;

/** The handler of one method, by what of it streams. */
type Handler<M extends MethodDefinition> = M extends { readonly requestStream: true }
  ? BidiHandler<RequestOf<M>, ResponseOf<M>>
  : M extends { readonly responseStream: true }
    ? ServerStreamHandler<RequestOf<M>, ResponseOf<M>>
    : UnaryHandler<RequestOf<M>, ResponseOf<M>>;

export type Handlers<S extends ServiceDefinition> = { readonly [K in keyof S]: Handler<S[K]> };

/** A method with its handler, its types erased: bytes in, bytes out. */
export interface BoundMethod {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly decode: (bytes: Buffer) => unknown;
  readonly encode: (value: unknown) => Buffer;
  readonly handle: (request: unknown, call: Call) => unknown;
}

/** A service with its handlers, made by `implement`. */
export type Implementation = readonly BoundMethod[];

/** Joins a generated service with its handlers; the compiler sees to it that none is missing. */
export function implement<S extends ServiceDefinition>(
  service: S,
  handlers: Handlers<S>,
): Implementation {
  return Object.entries(service).map(([name, method]) => {
    const handle = handlers[name];
    if (handle === undefined) throw new TypeError(`${method.path} has no handler`);
    return {
      path: method.path,
      requestStream: method.requestStream,
      responseStream: method.responseStream,
      decode: method.requestDeserialize,
      encode: method.responseSerialize as (value: unknown) => Buffer,
      handle: handle.bind(handlers) as unknown as BoundMethod['handle'],
    };
  });
}
