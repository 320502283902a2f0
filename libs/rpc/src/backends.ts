import { isIP } from 'node:net';
import { Client, Metadata } from '@grpc/grpc-js';
import type { ConnectOptions } from './client.ts';
import { ExchangeRoad } from './exchange-road.ts';
import { RpcFailure } from './failures.ts';
import { CHANNEL_OPTIONS } from './limits.ts';
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
}

/** The servers that answer alike for one client, used in turn. */
export class Backends {
  readonly #backends: readonly Backend[];
  readonly #metadata: () => Metadata;
  #turn = 0;

  constructor(addresses: readonly string[], maxInFlight: number, options: ConnectOptions) {
    const { runtime, tls, token, mode, peerKinds = ['service'], peerId } = options;
    const peer = { kinds: peerKinds, id: peerId };
    if (addresses.length === 0) throw new RangeError('a client needs an address');
    this.#metadata = () => {
      const metadata = new Metadata();
      if (token !== undefined) metadata.set('authorization', `Bearer ${token()}`);
      return metadata;
    };
    this.#backends = addresses.map((address) => {
      const host = hostOf(address);
      const client = new Client(address, clientCredentials(tls, host, peer), {
        ...CLIENT_CHANNEL_OPTIONS,
        // TLS wants a name where it is told whom it calls; an IP address is not one.
        ...(isIP(host) === 0 ? {} : { 'grpc.ssl_target_name_override': 'localhost' }),
      });
      const road =
        mode === 'coalesced'
          ? new ExchangeRoad(client, this.#metadata, maxInFlight, runtime)
          : new UnaryRoad(client, this.#metadata, maxInFlight);
      return { client, road };
    });
  }

  /** Sends to the next server; a call that certainly did not reach one goes on to another. */
  async send(path: string, payload: Buffer, how: Send): Promise<Buffer> {
    const inTurn = this.#inTurn();
    for (const [index, { road }] of inTurn.entries()) {
      try {
        return await road.send(path, payload, how);
      } catch (error) {
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
    for (const { road } of this.#backends) road.close();
  }

  /** All servers, from the next one on, with those that are known not to answer last. */
  #inTurn(): readonly Backend[] {
    if (this.#backends.length === 1) return this.#backends;
    this.#turn = (this.#turn + 1) % this.#backends.length;
    const turned = [...this.#backends.slice(this.#turn), ...this.#backends.slice(0, this.#turn)];
    const usable = turned.filter(({ road }) => road.usable);
    return [...usable, ...turned.filter(({ road }) => !road.usable)];
  }
}

function neverReached(error: unknown): boolean {
  return error instanceof RpcFailure && error.code === 'UNAVAILABLE' && !error.unknownOutcome;
}

/** The host of `host:port`, without the brackets of an IPv6 address. */
function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}
