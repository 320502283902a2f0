import { backoffMs, type Runtime } from '@causeway/runtime';
import {
  AckPolicy,
  type ConsumerMessages,
  DeliverPolicy,
  JetStreamApiCodes,
  type JetStreamManager,
  type JsMsg,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import type { Nats } from './connection.ts';
import { isApiError } from './stream.ts';

export interface SubscriptionOptions {
  nats: Nats;
  runtime: Runtime;
  stream: string;
  durable: string;
  /** What the server filters by; everything where it is absent. */
  filter: string | undefined;
  ackWaitMs: number;
}

/** What is asked for ahead, and what may be unacknowledged: it bounds a consumer's memory. */
export const MAX_MESSAGES = { asked: 256, pending: 512 };
const RETRY_PAUSE = { firstMs: 100, maxMs: 2_000 };
/** A pull lasts this long; two missed heartbeats, half of it apart, find a stream that is gone. */
const PULL_MS = 4_000;

/**
 * Keeps a durable pull consumer delivering: creates it, and creates it again when it or its
 * stream went, with everything that the stream holds delivered from the start.
 */
export class Subscription {
  readonly #options: SubscriptionOptions;
  readonly #onMessage: (message: JsMsg) => void;
  readonly #stopping = new AbortController();
  readonly #loop: Promise<void>;
  #messages: ConsumerMessages | undefined;

  constructor(options: SubscriptionOptions, onMessage: (message: JsMsg) => void) {
    this.#options = options;
    this.#onMessage = onMessage;
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#messages?.stop();
    await this.#loop;
  }

  /** How many messages are not acknowledged; undefined while JetStream cannot say. */
  async lag(): Promise<number | undefined> {
    const { nats, stream, durable } = this.#options;
    if (!nats.connected) return undefined;
    const manager = await jetstreamManager(await nats.connection());
    const { num_pending, num_ack_pending } = await manager.consumers.info(stream, durable);
    return num_pending + num_ack_pending;
  }

  async #run(): Promise<void> {
    const { runtime, nats } = this.#options;
    const { signal } = this.#stopping;
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    aborted.catch(() => {});
    let failures = 0;
    while (!signal.aborted) {
      try {
        const connection = await Promise.race([nats.connection(), aborted]);
        await this.#subscribe(connection);
        failures = 0;
        const end = await this.#messages?.closed();
        if (end instanceof Error) throw end;
      } catch (error) {
        if (signal.aborted) return;
        this.#report(error, failures);
        failures += 1;
        const pauseMs = backoffMs(RETRY_PAUSE, failures, runtime.random);
        await runtime.timers.sleep(pauseMs, signal).catch(() => {});
      }
    }
  }

  async #subscribe(connection: NatsConnection): Promise<void> {
    const { stream, durable } = this.#options;
    await this.#ensureConsumer(await jetstreamManager(connection));
    const consumer = await jetstream(connection).consumers.get(stream, durable);
    if (this.#stopping.signal.aborted) return;
    this.#messages = await consumer.consume({
      max_messages: MAX_MESSAGES.asked,
      expires: PULL_MS,
      abort_on_missing_resource: true,
      callback: this.#onMessage,
    });
  }

  async #ensureConsumer(manager: JetStreamManager): Promise<void> {
    const { stream, durable, filter, ackWaitMs } = this.#options;
    const wanted = {
      ack_wait: nanos(ackWaitMs),
      max_ack_pending: MAX_MESSAGES.pending,
      ...(filter !== undefined && { filter_subject: filter }),
    };
    try {
      const { config } = await manager.consumers.info(stream, durable);
      const same =
        config.ack_wait === wanted.ack_wait &&
        config.max_ack_pending === wanted.max_ack_pending &&
        config.filter_subject === wanted.filter_subject;
      if (!same) await manager.consumers.update(stream, durable, wanted);
    } catch (error) {
      if (!isApiError(error, JetStreamApiCodes.ConsumerNotFound)) throw error;
      await manager.consumers.add(stream, {
        durable_name: durable,
        ack_policy: AckPolicy.Explicit,
        deliver_policy: DeliverPolicy.All,
        ...wanted,
      });
    }
  }

  #report(error: unknown, failures: number): void {
    if (failures > 0) return;
    const { runtime, stream, durable } = this.#options;
    const reason = error instanceof Error ? error.message : String(error);
    runtime.log.warn({ stream, durable, reason }, 'a consumer is interrupted and is set up again');
  }
}
