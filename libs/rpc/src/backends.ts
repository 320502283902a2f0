import { isIP } from 'node:net';
import { Trouble } from '@causeway/runtime';
import { Client, Metadata } from '@grpc/grpc-js';
import type { ConnectOptions } from './client.ts';
import { ExchangeRoad } from './exchange-road.ts';
import { type CodeName, RpcFailure } from './failures.ts';
import { CHANNEL_OPTIONS } from './limits.ts';
import { type Place, Places } from './places.ts';
import type { Road, Send } from './road.ts';
import { clientCredentials } from './tls.ts';
import { UnaryRoad } from './unary-road.ts';

/** A server that restarts is looked for often: its callers have seconds, not minutes. */
const CLIENT_CHANNEL_OPTIONS = {
  ...CHANNEL_OPTIONS,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  // Two clients of one process to one address have streams, and so connections, of their own.
  'grpc.use_local_subchannel_pool': 1,
};

interface Backend {
  client: Client;
  road: Road;
  /** Callers of ours are told little of it, so that the log has to say whom we cannot reach, and why. */
  trouble: Trouble;
}

/** Failures that say nothing of one call, and something of the server. */
const UNANSWERED: ReadonlySet<CodeName> = new Set<CodeName>(['UNAVAILABLE', 'DEADLINE_EXCEEDED']);

/** The servers that answer alike for one client, used in turn. */
export class Backends {
  readonly #places: Places;
  readonly #open: (place: Place) => Backend;
  readonly #metadata: () => Metadata;
  readonly #byAddress = new Map<string, Backend>();
  /** The same, in the order in which they are used. */
  #backends: readonly Backend[] = [];
  /** Those that are at no address of ours any more, and still have calls to answer. */
  readonly #leaving = new Set<Backend>();
  #turn = 0;
  #closed = false;

  constructor(addresses: readonly string[], maxInFlight: number, options: ConnectOptions) {
    const { runtime, tls, token, mode, peerKinds = ['service'], peerId, onPeer } = options;
    const peer = { kinds: peerKinds, id: peerId, met: onPeer };
    this.#places = new Places(addresses, runtime.clock, options.lookup);
    this.#metadata = () => {
      const metadata = new Metadata();
      if (token !== undefined) metadata.set('authorization', `Bearer ${token()}`);
      return metadata;
    };
    this.#open = ({ address, host }) => {
      // TLS wants a name where it is told whom it calls; an IP address is not one.
      const name = isIP(host) === 0 ? host : 'localhost';
      const client = new Client(address, clientCredentials(tls, host, peer), {
        ...CLIENT_CHANNEL_OPTIONS,
        'grpc.ssl_target_name_override': name,
      });
      const road =
        mode === 'coalesced'
          ? new ExchangeRoad(client, this.#metadata, maxInFlight, runtime)
          : new UnaryRoad(client, this.#metadata, maxInFlight);
      return { client, road, trouble: new Trouble(runtime, `calls to ${address} fail`) };
    };
    this.#arrange();
  }

  /** Sends to the next server; a call that certainly did not reach one goes on to another. */
  async send(path: string, payload: Buffer, how: Send): Promise<Buffer> {
    const inTurn = this.#inTurn();
    for (const [index, { road, trouble }] of inTurn.entries()) {
      try {
        const answer = await road.send(path, payload, how);
        trouble.passed();
        return answer;
      } catch (error) {
        if (error instanceof RpcFailure && UNANSWERED.has(error.code)) {
          trouble.failed({ err: error, method: path });
        }
        const isLast = index === inTurn.length - 1;
        if (isLast || !neverReached(error)) throw error;
      }
    }
    throw new RpcFailure('UNAVAILABLE', 'no server is left', false);
  }

  /** A connection for a stream, with the metadata that goes with it. */
  forStream(): { client: Client; metadata: Metadata } {
    const [backend] = this.#inTurn();
    if (backend === undefined) throw new RpcFailure('UNAVAILABLE', 'no server is left', false);
    return { client: backend.client, metadata: this.#metadata() };
  }

  close(): void {
    this.#closed = true;
    for (const { road } of [...this.#backends, ...this.#leaving]) road.close();
  }

  /** All servers, from the next one on, with those that are known not to answer last. */
  #inTurn(): readonly Backend[] {
    if (this.#places.stale) void this.#places.refresh().then(() => this.#arrange());
    const backends = this.#backends;
    if (backends.length === 1) return backends;
    this.#turn = (this.#turn + 1) % backends.length;
    const turned = [...backends.slice(this.#turn), ...backends.slice(0, this.#turn)];
    const usable = turned.filter(({ road }) => road.usable);
    if (usable.length === turned.length) return turned;
    const others = turned.filter(({ road }) => !road.usable);
    // Nobody calls them while others answer, so that else they would not be found when they are back.
    for (const { road } of others) road.revive();
    return [...usable, ...others];
  }

  /** Opens what has come to be known, and lets go of what is there no more. */
  #arrange(): void {
    if (this.#closed) return;
    const places = new Map(this.#places.all.map((place) => [place.address, place]));
    for (const [address, backend] of this.#byAddress) {
      if (places.has(address)) continue;
      this.#byAddress.delete(address);
      this.#leaving.add(backend);
    }
    for (const [address, place] of places) {
      if (!this.#byAddress.has(address)) this.#byAddress.set(address, this.#open(place));
    }
    this.#backends = [...this.#byAddress.values()];
    for (const backend of this.#leaving) {
      if (!backend.road.idle) continue;
      backend.road.close();
      this.#leaving.delete(backend);
    }
  }
}

function neverReached(error: unknown): boolean {
  return error instanceof RpcFailure && error.code === 'UNAVAILABLE' && !error.unknownOutcome;
}
