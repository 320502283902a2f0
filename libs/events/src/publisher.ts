import { type Coalesced, coalesce } from '@causeway/batch';
import type { Database } from '@causeway/db';
import {
  backoffMs,
  currentTraceparent,
  failpoint,
  type Runtime,
  span,
  withTraceparent,
} from '@causeway/runtime';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import type { Nats } from './connection.ts';
import type { Fact } from './fact.ts';
import { HEADER } from './headers.ts';
import { oldestQueued, published, publishFailures } from './metrics.ts';
import { PublishWindow } from './publish-window.ts';
import { claim, type FactKey, oldestWaitMs, release, remove } from './queue.ts';
import { ensureStream, type StreamSpec } from './stream.ts';
import { Wake } from './wake.ts';

export interface PublisherOptions {
  db: Database;
  nats: Nats;
  runtime: Runtime;
  /** Where the facts go; its subjects must cover theirs. Created and kept up by the publisher. */
  stream: StreamSpec;
  /** Facts that may be claimed and not yet acknowledged, which bounds memory. Default 2048. */
  maxInFlight?: number;
  /** How often the queue is looked at when nobody notifies. Default 500 ms. */
  pollMs?: number;
}

/** Moves committed facts from the queue to JetStream until it is stopped. */
export interface Publisher {
  /** A hint that facts were committed, so that they need not wait for the next poll. */
  notify(): void;
  /** Waits for what is on its way, gives back the rest and ends. */
  stop(): Promise<void>;
}

const MAX_CLAIM_BATCH = 512;
const ACK_TIMEOUT_MS = 5_000;
/** Longer than an acknowledgement may take, short enough to wait out after a crash. */
const CLAIM_MS = 15_000;
const FAILURE_PAUSE = { firstMs: 100, maxMs: 5_000 };
const GAUGE_MS = 5_000;

/**
 * Publishes with `Nats-Msg-Id` = fact id, and deletes a row only when JetStream acknowledged it:
 * a crash in between publishes twice, never not at all. Any number of publishers may share one
 * queue. The order of publication is not the order of commits; consumers settle order by version.
 */
export function startPublisher(options: PublisherOptions): Publisher {
  return new OutboxPublisher(options);
}

class OutboxPublisher implements Publisher {
  readonly #options: PublisherOptions;
  readonly #maxInFlight: number;
  readonly #claimBatch: number;
  readonly #wake: Wake;
  readonly #stopping = new AbortController();
  readonly #remove: Coalesced<FactKey, undefined>;
  readonly #release: Coalesced<FactKey, undefined>;
  readonly #stopGauge: () => void;
  readonly #loop: Promise<void>;
  #window: PublishWindow | undefined;
  /** The connect for which the stream was seen; 0 where it must be looked for. */
  #streamSeenAt = 0;
  #inFlight = 0;
  #waitsForRoom = false;
  /** Rounds in a row that failed. Above 0, one fact at a time is tried. */
  #failures = 0;
  #roundFailed = false;

  constructor(options: PublisherOptions) {
    const { db, runtime } = options;
    this.#options = options;
    this.#maxInFlight = options.maxInFlight ?? 2048;
    this.#claimBatch = Math.min(MAX_CLAIM_BATCH, this.#maxInFlight);
    this.#wake = new Wake(runtime.timers);
    this.#remove = this.#coalesced('events.remove', (keys) => remove(db, keys));
    this.#release = this.#coalesced('events.release', (keys) => release(db, keys));
    this.#stopGauge = runtime.timers.every(GAUGE_MS, async () => {
      // While the database is away, the loop says so.
      const waitMs = await oldestWaitMs(db).catch(() => undefined);
      if (waitMs === undefined) return;
      oldestQueued.set(waitMs / 1_000, { stream: options.stream.name });
    });
    this.#loop = this.#run();
  }

  notify(): void {
    this.#wake.wake();
  }

  async stop(): Promise<void> {
    this.#stopGauge();
    this.#stopping.abort();
    this.#wake.wake();
    await this.#loop;
  }

  #coalesced(name: string, execute: (keys: FactKey[]) => Promise<void>) {
    return coalesce<FactKey, undefined>({
      name,
      runtime: this.#options.runtime,
      maxQueued: this.#maxInFlight,
      execute: (keys) => execute(keys).then(() => keys.map(() => undefined)),
    });
  }

  async #run(): Promise<void> {
    const { runtime, pollMs = 500 } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        const more = await this.#publishDue();
        if (!more) await this.#wake.wait(pollMs);
      } catch (error) {
        this.#failed(error);
      }
      if (!this.#roundFailed) continue;
      this.#roundFailed = false;
      this.#failures += 1;
      const pauseMs = backoffMs(FAILURE_PAUSE, this.#failures, runtime.random);
      await runtime.timers.sleep(pauseMs, signal).catch(() => {});
    }
    while (this.#inFlight > 0) await this.#wake.wait(ACK_TIMEOUT_MS);
    this.#window?.close();
  }

  /** Claims what is due and sends it off. Answers whether more may be due already. */
  async #publishDue(): Promise<boolean> {
    const { db, nats } = this.#options;
    // Nothing is claimed for a server that is not there: the client would keep it in memory.
    if (!nats.connected) return false;
    const window = await this.#readyWindow();
    const wanted = this.#failures > 0 ? 1 : this.#claimBatch;
    const allowed = this.#failures > 0 ? 1 : this.#maxInFlight;
    this.#waitsForRoom = this.#inFlight + wanted > allowed;
    if (this.#waitsForRoom) return false;
    const facts = await claim(db, wanted, CLAIM_MS);
    if (facts.length > 0) await failpoint('events.claimed');
    for (const fact of facts) void this.#publish(window, fact);
    return facts.length === wanted;
  }

  async #readyWindow(): Promise<PublishWindow> {
    const { nats, runtime, stream } = this.#options;
    // A server that came back may have come back with nothing.
    const connects = nats.connects;
    const connection = await nats.connection();
    if (this.#streamSeenAt !== connects) {
      await ensureStream(connection, stream);
      this.#streamSeenAt = connects;
    }
    this.#window ??= new PublishWindow(connection, runtime.timers, ACK_TIMEOUT_MS);
    return this.#window;
  }

  /** Never rejects: a fact that could not be published is given back to the queue. */
  async #publish(window: PublishWindow, fact: Fact): Promise<void> {
    const labels = { stream: this.#options.stream.name };
    this.#inFlight += 1;
    try {
      await send(window, fact);
      await failpoint('events.published');
      await this.#remove(fact);
      this.#failures = 0;
      published.add(1, labels);
    } catch (error) {
      this.#failed(error);
      publishFailures.add(1, labels);
      // If the database is away as well, the claim ends by itself.
      await this.#release(fact).catch(() => {});
    }
    this.#inFlight -= 1;
    if (this.#waitsForRoom || this.#stopping.signal.aborted) this.#wake.wake();
  }

  #failed(error: unknown): void {
    // The stream may be gone with the storage of its server, so it is looked for again.
    this.#streamSeenAt = 0;
    if (this.#failures === 0 && !this.#roundFailed) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.runtime.log.warn({ reason }, 'facts cannot be published and stay queued');
    }
    this.#roundFailed = true;
  }
}

function send(window: PublishWindow, fact: Fact): Promise<void> {
  const publish = () => window.publish(fact.subject, fact.payload, headersOf(fact));
  if (fact.traceparent === undefined) return publish();
  const attributes = { 'messaging.destination.name': fact.subject };
  return withTraceparent(fact.traceparent, () =>
    span('events.publish', attributes, publish, 'producer'),
  );
}

function headersOf(fact: Fact): MsgHdrs {
  const carried = headers();
  carried.set(HEADER.factId, fact.factId);
  carried.set(HEADER.lane, String(fact.lane));
  const traceparent = currentTraceparent() ?? fact.traceparent;
  if (traceparent !== undefined) carried.set(HEADER.traceparent, traceparent);
  return carried;
}
