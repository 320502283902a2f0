import type { Timers } from '@causeway/runtime';
import {
  createInbox,
  headers,
  type Msg,
  type NatsConnection,
  type Subscription,
} from '@nats-io/transport-node';
import type { Message } from './messages.ts';

/** JetStream did not acknowledge a message: it refused it, or no answer came in time. */
class NotAcknowledged extends Error {
  override readonly name = 'NotAcknowledged';
}

interface Pending {
  /** The sweep at which it is overdue. */
  overdueAt: number;
  resolve(): void;
  reject(error: Error): void;
}

const SWEEP_MS = 1_000;
/** More than the headers of a message take, which count as its payload. */
const HEADER_BYTES = 256;

/**
 * Messages on their way to JetStream, with all their acknowledgements on one subscription and
 * one timer for all. The client's own `publish` makes a request with a timer for each message,
 * which takes twice the CPU.
 */
export class PublishWindow {
  readonly #connection: NatsConnection;
  readonly #inbox = createInbox();
  readonly #subscription: Subscription;
  readonly #stopSweep: () => void;
  readonly #timeoutSweeps: number;
  readonly #pending = new Map<string, Pending>();
  #next = 0;
  #sweeps = 0;

  /** @param timeoutMs how long an acknowledgement may take, give or take a second */
  constructor(connection: NatsConnection, timers: Timers, timeoutMs: number) {
    this.#connection = connection;
    this.#timeoutSweeps = Math.ceil(timeoutMs / SWEEP_MS);
    this.#subscription = connection.subscribe(`${this.#inbox}.*`, {
      callback: (_error, message) => this.#answered(message),
    });
    this.#stopSweep = timers.every(SWEEP_MS, () => this.#sweep());
  }

  /** Whether the server takes a message of this size. One too large would end the connection. */
  fits({ payload }: Message): boolean {
    const { info } = this.#connection;
    return info === undefined || payload.length + HEADER_BYTES <= info.max_payload;
  }

  /** Resolves when JetStream has stored the message or had it already; else `NotAcknowledged`. */
  publish(message: Message): Promise<void> {
    this.#next += 1;
    const id = String(this.#next);
    const { subject, payload } = message;
    const carried = headers();
    carried.set('Nats-Msg-Id', message.id);
    return new Promise((resolve, reject) => {
      const reply = `${this.#inbox}.${id}`;
      this.#connection.publish(subject, payload, { reply, headers: carried });
      this.#pending.set(id, { overdueAt: this.#sweeps + this.#timeoutSweeps, resolve, reject });
    });
  }

  /** Ends the subscription; what is still pending is not acknowledged. */
  close(): void {
    this.#stopSweep();
    this.#subscription.unsubscribe();
    for (const pending of this.#pending.values()) pending.reject(new NotAcknowledged('closed'));
    this.#pending.clear();
  }

  #answered(message: Msg): void {
    const id = message.subject.slice(this.#inbox.length + 1);
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    const problem = problemOf(message);
    if (problem === undefined) pending.resolve();
    else pending.reject(new NotAcknowledged(problem));
  }

  #sweep(): void {
    this.#sweeps += 1;
    for (const [id, pending] of this.#pending) {
      // The map keeps the order of sending, so all after this one have time left.
      if (pending.overdueAt >= this.#sweeps) return;
      this.#pending.delete(id);
      pending.reject(new NotAcknowledged('no acknowledgement in time'));
    }
  }
}

/** What is wrong with an acknowledgement, if anything. */
function problemOf(message: Msg): string | undefined {
  // An empty answer comes from the server itself: nobody stores this subject.
  if (message.data.length === 0) return `no stream takes it (status ${message.headers?.code})`;
  const answer = message.json<{ error?: { description?: string } }>();
  return answer.error && `refused: ${answer.error.description}`;
}
