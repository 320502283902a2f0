import { METHOD_ACCESS } from '@causeway/proto/access';
import {
  type ExchangeRequest,
  type ExchangeResponse,
  PeerServiceService,
} from '@causeway/proto/common';
import { isProduction, type Runtime } from '@causeway/runtime';
import { Server, type ServerDuplexStream } from '@grpc/grpc-js';
import { type AccessRule, AccessRules, type Grants } from './access.ts';
import { authenticate, type VerifyToken } from './authenticate.ts';
import { bind } from './bind.ts';
import type { BoundMethod, Implementation } from './definitions.ts';
import { Dispatcher } from './dispatch.ts';
import { ExchangeServer } from './exchange-server.ts';
import { Failures, type Reasons } from './failures.ts';
import { Health, listenForProbes } from './health.ts';
import { CHANNEL_OPTIONS } from './limits.ts';
import { addReflection } from './reflection.ts';
import { StreamingMethods } from './stream-server.ts';
import { mutualServerCredentials, type TlsFiles, tokenServerCredentials } from './tls.ts';
import { type ServerContext, unaryHandler } from './unary-server.ts';
import { asIs, trailersOf } from './wire.ts';

type StreamCall = Parameters<StreamingMethods['serve']>[1];

const DEFAULT_DRAIN_TIMEOUT_MS = 10_000;
/** Long enough for the last answers to reach their callers, and for these to hang up. */
const IDLE_CONNECTION_MS = 1_000;
const DRAIN_LOOK_MS = 10;

/** What `serve` needs. */
export interface ServeOptions {
  runtime: Runtime;
  /** Made by `implement`. */
  services: readonly Implementation[];
  tls: Required<TlsFiles>;
  host: string;
  /** 0 lets the host choose. */
  port: number;
  /** The gRPC code of every reason that a handler may refuse with. */
  reasons: Reasons;
  /**
   * Which errors of a handler say that its database is away: no defect, and worth another try.
   * The caller is told UNAVAILABLE, with the outcome unknown.
   */
  isAway?: (error: unknown) => boolean;
  grants?: Grants;
  /** A second listener for callers who bring a token instead of a certificate; 0 as above. */
  appPort?: number | undefined;
  verifyToken?: VerifyToken;
  /** A listener without TLS that answers health alone; 0 as above. */
  healthPort?: number | undefined;
  /** Whether tools may ask for the API; unless given, they may outside production. */
  reflection?: boolean;
  /** How long a drain waits for calls under way; 10 s unless given. */
  drainTimeoutMs?: number;
  /** The rules of methods, for tests; those that the protos declare unless given. */
  access?: Readonly<Record<string, AccessRule>>;
}

/** A server that listens. */
export interface RpcServer {
  readonly port: number;
  readonly appPort: number | undefined;
  readonly healthPort: number | undefined;
  /** Takes nothing new, lets calls under way finish, ends streams, closes. */
  drain(): Promise<void>;
}

/**
 * Serves methods over mutual TLS, each alone or many on a coalesced stream, with health on every
 * listener. Throws where a method declares no access rule or a port is taken.
 */
export async function serve(options: ServeOptions): Promise<RpcServer> {
  const { runtime, services, tls, host, port, appPort, healthPort, verifyToken } = options;
  const methods = services.flat();
  const paths = methods.map((method) => method.path);
  const exchange = PeerServiceService.exchange.path;
  const access = new AccessRules(
    [...paths, exchange],
    options.access ?? METHOD_ACCESS,
    options.grants ?? {},
  );
  const failures = new Failures(options.reasons, runtime, options.isAway ?? (() => false));
  const dispatcher = new Dispatcher(methods, access, failures, runtime);
  const context: ServerContext = { dispatcher, failures, runtime, verifyToken };

  const server = new Server(CHANNEL_OPTIONS);
  const streams = new StreamingMethods(access, context);
  for (const method of methods) addMethod(server, method, streams, context);
  const peers = addExchange(server, access, context);
  const health = new Health(paths);
  health.addTo(server);
  if (options.reflection ?? !isProduction()) addReflection(server, paths);

  const boundPort = await bind(server, `${host}:${port}`, mutualServerCredentials(tls));
  const boundAppPort =
    appPort === undefined
      ? undefined
      : await bind(server, `${host}:${appPort}`, tokenServerCredentials(tls));
  // Last, so that whoever can ask this one finds the others open.
  const probes =
    healthPort === undefined ? undefined : await listenForProbes(health, `${host}:${healthPort}`);
  return {
    port: boundPort,
    appPort: boundAppPort,
    healthPort: probes?.port,
    async drain() {
      health.drain();
      peers.drain();
      streams.drain();
      const underWay = () => dispatcher.underWay + streams.underWay;
      const timeoutMs = options.drainTimeoutMs ?? DEFAULT_DRAIN_TIMEOUT_MS;
      await shutDown(server, runtime, timeoutMs, underWay);
      probes?.close();
    },
  };
}

function addMethod(
  server: Server,
  method: BoundMethod,
  streams: StreamingMethods,
  context: ServerContext,
): void {
  const { path, requestStream, responseStream } = method;
  if (requestStream && !responseStream) {
    throw new TypeError(`${path} streams only its requests, which nothing here does`);
  }
  const added = responseStream
    ? server.register<Buffer, Buffer>(
        path,
        (stream: StreamCall) => void streams.serve(method, stream),
        asIs,
        asIs,
        requestStream ? 'bidi' : 'serverStream',
      )
    : server.register<Buffer, Buffer>(path, unaryHandler(path, context), asIs, asIs, 'unary');
  if (!added) throw new TypeError(`${path} is implemented twice`);
}

/** Answers the streams on which services coalesce their calls, until it is drained. */
function addExchange(server: Server, access: AccessRules, context: ServerContext) {
  const { failures, dispatcher, runtime, verifyToken } = context;
  const open = new Set<ExchangeServer>();
  const { path } = PeerServiceService.exchange;
  server.addService(PeerServiceService, {
    async exchange(stream: ServerDuplexStream<ExchangeRequest, ExchangeResponse>) {
      try {
        const identity = await authenticate(stream, verifyToken);
        access.check(path, identity);
        const peer = new ExchangeServer(stream, identity, dispatcher, runtime, () =>
          open.delete(peer),
        );
        open.add(peer);
      } catch (error) {
        stream.emit('error', trailersOf(failures.statusOf(error, path)));
      }
    },
  });
  return {
    drain() {
      for (const peer of open) peer.drain();
    },
  };
}

/**
 * Waits for calls under way, then closes what is left. A connection whose client is frozen or
 * unreachable never ends by itself, so one that carries no call any more is not waited for long.
 */
async function shutDown(
  server: Server,
  runtime: Runtime,
  timeoutMs: number,
  underWay: () => number,
): Promise<void> {
  const { clock, log, timers } = runtime;
  let closed = false;
  server.tryShutdown(() => {
    closed = true;
  });
  const startMs = clock.monotonicMs();
  let idleSinceMs = startMs;
  for (;;) {
    await timers.sleep(DRAIN_LOOK_MS);
    if (closed) return;
    const nowMs = clock.monotonicMs();
    if (underWay() > 0) idleSinceMs = nowMs;
    if (nowMs - idleSinceMs > IDLE_CONNECTION_MS || nowMs - startMs > timeoutMs) break;
  }
  const calls = underWay();
  if (calls > 0) log.warn({ calls, timeout_ms: timeoutMs }, 'the drain gives up on some calls');
  // What tryShutdown waits for may never come, for a connection that was told to end before.
  server.forceShutdown();
}
