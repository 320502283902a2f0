import { hostNowMs, Refusal } from '@causeway/runtime';
import {
  type Client,
  connectivityState,
  type Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { RpcFailure } from './failures.ts';
import type { Road, Send } from './road.ts';
import { asIs, errorOfService } from './wire.ts';

/** How grpc-js says that a call was never sent: the one UNAVAILABLE whose outcome is known. */
const NOT_CONNECTED = 'No connection established';

/** Sends each call as a request of its own. */
export class UnaryRoad implements Road {
  readonly #client: Client;
  readonly #metadata: () => Metadata;
  readonly #maxInFlight: number;
  #inFlight = 0;

  constructor(client: Client, metadata: () => Metadata, maxInFlight: number) {
    this.#client = client;
    this.#metadata = metadata;
    this.#maxInFlight = maxInFlight;
  }

  get usable(): boolean {
    const state = this.#client.getChannel().getConnectivityState(false);
    return state !== connectivityState.TRANSIENT_FAILURE;
  }

  revive(): void {
    this.#client.getChannel().getConnectivityState(true);
  }

  get idle(): boolean {
    return this.#inFlight === 0;
  }

  send(path: string, payload: Buffer, how: Send): Promise<Buffer> {
    if (this.#inFlight >= this.#maxInFlight) return Promise.reject(overloaded());
    this.#inFlight += 1;
    return new Promise((resolve, reject) => {
      const metadata = this.#metadata();
      if (how.traceparent !== undefined) metadata.set('traceparent', how.traceparent);
      const options = { deadline: hostNowMs() + how.timeoutMs };
      const cancel = () => call.cancel();
      const call = this.#client.makeUnaryRequest(
        path,
        asIs,
        asIs,
        payload,
        metadata,
        options,
        (error, response) => {
          this.#inFlight -= 1;
          how.signal?.removeEventListener('abort', cancel);
          if (error !== null) reject(failureOf(error));
          else resolve(response as Buffer);
        },
      );
      if (how.signal?.aborted) cancel();
      how.signal?.addEventListener('abort', cancel, { once: true });
    });
  }

  close(): void {
    this.#client.close();
  }
}

/** What a full road answers; the call was not sent. */
export function overloaded(): Refusal {
  return new Refusal('OVERLOADED', 'too many calls are under way to this peer', {
    retryAfterMs: 50,
  });
}

function failureOf(error: ServiceError): Error {
  if (error.code === status.UNAVAILABLE && error.details.startsWith(NOT_CONNECTED)) {
    return new RpcFailure('UNAVAILABLE', error.details, false);
  }
  return errorOfService(error);
}
