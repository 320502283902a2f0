import { join } from 'node:path';
import { AcquiringServiceService } from '@causeway/proto/acquiring';
import { readTls } from '@causeway/rpc';
import {
  Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import type { Order } from './order.ts';
import { unaryPart } from './wire.ts';

/** How a partner's calls go: an answer's bytes, or what went wrong. */
export interface Receiver {
  /** A unary answer. */
  answered(order: Order, bytes: Buffer): void;
  /** An answer of a stream, which says itself what it answers. */
  streamed(bytes: Buffer): void;
  /** @param refused whether the system said itself that it recorded nothing */
  failed(order: Order, reason: string, refused: boolean): void;
  /** A partner's stream broke; all that it had under way has an unknown outcome. */
  broke(partner: number, reason: string): void;
}

const CREATE_PAYMENT = AcquiringServiceService.createPayment.path;
const CREATE_PAYMENTS = AcquiringServiceService.createPayments.path;

/** What a point of sale waits at most. */
const DEADLINE_MS = 10_000;

/** Statuses with which the system says that it recorded nothing. */
const REFUSALS = new Set([
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.ALREADY_EXISTS,
  status.FAILED_PRECONDITION,
  status.PERMISSION_DENIED,
  status.UNAUTHENTICATED,
  status.RESOURCE_EXHAUSTED,
]);

/**
 * Opens one connection with the certificate of a caller. Nothing connects before the first call.
 *
 * @param addresses of one server, or of several between commas
 * @param place the how-manieth caller it is; callers spread over the servers by it
 */
export function connection(addresses: string, certs: string, caller: string, place = 0): Client {
  const { ca, key, cert } = readTls(join(certs, caller));
  const servers = addresses.split(',');
  const address = servers[place % servers.length] ?? addresses;
  return new Client(address, credentials.createSsl(ca, key, cert), {
    'grpc.ssl_target_name_override': 'localhost',
    // Callers are other companies: they share no connection.
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_channelz': 0,
  });
}

/** Bytes are sent and read as they are. */
export function asIs(bytes: Buffer): Buffer {
  return bytes;
}

/** A partner acquirer: one connection, with one stream on it where it streams. */
export class Partner {
  readonly #index: number;
  readonly #client: Client;
  readonly #receiver: Receiver;
  readonly #metadata = new Metadata();
  #stream: ClientDuplexStream<Buffer, Buffer> | undefined;

  constructor(index: number, client: Client, receiver: Receiver) {
    this.#index = index;
    this.#client = client;
    this.#receiver = receiver;
  }

  sendUnary(order: Order): void {
    this.#client.makeUnaryRequest(
      CREATE_PAYMENT,
      asIs,
      asIs,
      unaryPart(order.message),
      this.#metadata,
      { deadline: Date.now() + DEADLINE_MS },
      (error, bytes) => {
        if (bytes !== undefined) this.#receiver.answered(order, bytes);
        else if (error !== null) this.#fail(order, error);
      },
    );
  }

  sendStreamed(order: Order): void {
    this.#stream ??= this.#openStream();
    this.#stream.write(order.message);
  }

  /** Ends the stream, if there is one. */
  endStream(): void {
    this.#stream?.end();
    this.#stream = undefined;
  }

  close(): void {
    this.#client.close();
  }

  #openStream(): ClientDuplexStream<Buffer, Buffer> {
    const stream: ClientDuplexStream<Buffer, Buffer> = this.#client.makeBidiStreamRequest(
      CREATE_PAYMENTS,
      asIs,
      asIs,
      this.#metadata,
    );
    stream.on('data', (bytes: Buffer) => this.#receiver.streamed(bytes));
    stream.on('error', (error: ServiceError) => {
      if (this.#stream === stream) this.#stream = undefined;
      this.#receiver.broke(this.#index, status[error.code] ?? error.message);
    });
    return stream;
  }

  #fail(order: Order, error: ServiceError): void {
    this.#receiver.failed(order, status[error.code] ?? 'error', REFUSALS.has(error.code));
  }
}
