import { type Coalesced, coalesce } from '@causeway/batch';
import type { Database } from '@causeway/db';
import { backoffMs, failpoint, type Runtime } from '@causeway/runtime';
import type { Nats } from './connection.ts';
import type { Fact, FactKey } from './fact.ts';
import { type Message, messagesOf } from './messages.ts';
import { oldestQueued, published, publishFailures, unpublishable } from './metrics.ts';
import { PublishWindow } from './publish-window.ts';
import {
  claim,
  parkRows,
  type QueuedBatch,
  type QueueKey,
  type QueuePlace,
  queueState,
  release,
  remove,
} from './queue.ts';
import { ensureStream, type StreamSpec } from './stream.ts';
import { sent } from './traced.ts';
import { Wake } from './wake.ts';

export interface PublisherOptions {
  db: Database;
  nats: Nats;
  runtime: Runtime;
  /** Where the facts go; its subjects must cover theirs. Created and kept up by the publisher. */
  stream: StreamSpec;
  /** Reads facts from the history, in any order: those that nobody published from memory. */
  history(keys: FactKey[]): Promise<Fact[]>;
  /** Facts that may be on their way and not acknowledged, which bounds memory. Default 8192. */
  maxInFlight?: number;
  /** How often the queue is looked at when nobody notifies. Default 500 ms. */
  pollMs?: number;
  /**
   * At least so many milliseconds lie between two times that facts are sent, so that under load many
   * commits are one write; after a pause a fact waits for nothing. Default 20.
   */
  gatherMs?: number;
}

/** Moves committed facts to JetStream until it is stopped. */
export interface Publisher {
  /**
   * Where the facts of the next commit go in the queue; the commit writes it. While facts can be
   * published, the place is claimed by this process, which shall hand them over to `publish`.
   *
   * @param lane the lane of one of the facts
   */
  place(lane: number): QueuePlace;
  /**
   * Publishes what was committed under a place, from memory. Where this is never called, as
   * after a crash, the facts are found in the queue when the claim ends. Never throws.
   */
  publish(place: QueuePlace, facts: readonly Fact[]): void;
  /** A hint that facts are due in the queue, so that they need not wait for the next poll. */
  notify(): void;
  /** Waits for what is on its way, gives back the rest and ends. */
  stop(): Promise<void>;
}

/** Rows of the queue that are claimed at once, each with the facts of a commit. */
const CLAIM_ROWS = 8;
const ACK_TIMEOUT_MS = 5_000;
/** Longer than an acknowledgement may take, short enough to wait out after a crash. */
const CLAIM_MS = 15_000;
const FAILURE_PAUSE = { firstMs: 100, maxMs: 5_000 };
const GAUGE_MS = 5_000;

/**
 * Publishes facts and deletes their row only when JetStream acknowledged all of them: a crash in
 * between publishes twice, never not at all. Any number of publishers may share one queue. The
 * order of publication is not the order of commits; consumers settle order by version.
 */
export function startPublisher(options: PublisherOptions): Publisher {
  return new OutboxPublisher(options);
}

class OutboxPublisher implements Publisher {
  readonly #options: PublisherOptions;
  readonly #maxInFlight: number;
  readonly #wake: Wake;
  readonly #stopping = new AbortController();
  readonly #remove: Coalesced<QueueKey, undefined>;
  readonly #release: Coalesced<QueueKey, undefined>;
  readonly #stopGauge: () => void;
  readonly #loop: Promise<void>;
  #window: PublishWindow | undefined;
  /** The connect for which the stream was seen; 0 where it must be looked for. */
  #streamSeenAt = 0;
  #inFlight = 0;
  #waitsForRoom = false;
  /** Committed and not sent, while commits are gathered. */
  #gathered: { place: QueueKey; facts: readonly Fact[] }[] = [];
  #sentAtMs = Number.NEGATIVE_INFINITY;
  /** Rounds in a row that failed. Above 0, one row of the queue at a time is tried. */
  #failures = 0;
  #roundFailed = false;

  constructor(options: PublisherOptions) {
    const { db, runtime } = options;
    this.#options = options;
    this.#maxInFlight = options.maxInFlight ?? 8192;
    this.#wake = new Wake(runtime.timers);
    this.#remove = this.#coalesced('events.remove', (keys) => remove(db, keys));
    this.#release = this.#coalesced('events.release', (keys) => release(db, keys));
    this.#stopGauge = runtime.timers.every(GAUGE_MS, async () => {
      // While the database is away, the loop says so.
      const state = await queueState(db).catch(() => undefined);
      if (state === undefined) return;
      const labels = { stream: options.stream.name };
      oldestQueued.set(state.oldestWaitMs / 1_000, labels);
      unpublishable.set(state.parked, labels);
    });
    this.#loop = this.#run();
  }

  place(lane: number): QueuePlace {
    const hasRoom = this.#inFlight < this.#maxInFlight && this.#open() !== undefined;
    const claimMs = hasRoom ? CLAIM_MS : 0;
    return { lane, batchId: this.#options.runtime.random.uuid(), claimMs };
  }

  publish(place: QueuePlace, facts: readonly Fact[]): void {
    if (facts.length === 0) return;
    if (place.claimMs === 0) {
      this.notify();
      return;
    }
    this.#inFlight += facts.length;
    this.#gathered.push({ place, facts });
    if (this.#gathered.length === 1) this.#sendSoon();
  }

  notify(): void {
    this.#wake.wake();
  }

  async stop(): Promise<void> {
    this.#stopGauge();
    this.#sendGathered();
    this.#stopping.abort();
    this.#wake.wake();
    await this.#loop;
  }

  #sendSoon(): void {
    const { clock, timers } = this.#options.runtime;
    const leftMs = this.#sentAtMs + (this.#options.gatherMs ?? 20) - clock.monotonicMs();
    if (leftMs <= 0) this.#sendGathered();
    else timers.after(leftMs, () => this.#sendGathered());
  }

  #sendGathered(): void {
    const gathered = this.#gathered;
    if (gathered.length === 0) return;
    this.#gathered = [];
    this.#sentAtMs = this.#options.runtime.clock.monotonicMs();
    const window = this.#open();
    for (const { place, facts } of gathered) {
      if (window !== undefined) {
        void this.#publish(window, place, facts);
      } else {
        this.#inFlight -= facts.length;
        void this.#giveBack(place);
      }
    }
  }

  #coalesced(name: string, execute: (keys: QueueKey[]) => Promise<void>) {
    return coalesce<QueueKey, undefined>({
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
    const wanted = this.#failures > 0 ? 1 : CLAIM_ROWS;
    this.#waitsForRoom = this.#inFlight >= (this.#failures > 0 ? 1 : this.#maxInFlight);
    if (this.#waitsForRoom) return false;
    const batches = await claim(db, wanted, CLAIM_MS);
    await Promise.all(batches.map((batch) => this.#publishQueued(window, batch)));
    return batches.length === wanted;
  }

  /** Resolves when the facts are sent, which is before they are acknowledged. */
  async #publishQueued(window: PublishWindow, batch: QueuedBatch): Promise<void> {
    const { history, runtime } = this.#options;
    let facts: readonly Fact[];
    try {
      facts = await history(batch.keys);
    } catch (error) {
      await this.#giveBack(batch);
      throw error;
    }
    const missing = batch.keys.length - facts.length;
    // The rows are written in one commit, so only somebody who deletes history can make this.
    if (missing > 0)
      runtime.log.error({ missing, ...batch }, 'queued facts are not in the history');
    this.#inFlight += facts.length;
    void this.#publish(window, batch, facts);
  }

  /** The way to JetStream, while there is reason to think that it is open. */
  #open(): PublishWindow | undefined {
    const { nats } = this.#options;
    const isOpen =
      nats.connected &&
      this.#streamSeenAt === nats.connects &&
      this.#failures === 0 &&
      !this.#stopping.signal.aborted;
    return isOpen ? this.#window : undefined;
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

  /** Never rejects: facts that could not be published go back to the queue. They are in flight. */
  async #publish(window: PublishWindow, row: QueueKey, facts: readonly Fact[]): Promise<void> {
    const labels = { stream: this.#options.stream.name };
    try {
      await failpoint('events.claimed');
      const tooLarge = await sent(facts, (traced) => this.#send(window, row, traced));
      await failpoint('events.published');
      if (tooLarge.length > 0) await this.#park(row, tooLarge);
      else await this.#remove(row);
      this.#failures = 0;
      if (tooLarge.length === 0) published.add(facts.length, labels);
    } catch (error) {
      this.#failed(error);
      publishFailures.add(facts.length, labels);
      await this.#giveBack(row);
    }
    this.#inFlight -= facts.length;
    if (this.#waitsForRoom || this.#stopping.signal.aborted) this.#wake.wake();
  }

  /** Answers those messages that are too large and stay here, once the others are stored. */
  async #send(window: PublishWindow, row: QueueKey, facts: readonly Fact[]): Promise<Message[]> {
    const messages = messagesOf(row.batchId, facts);
    const tooLarge = messages.filter((message) => !window.fits(message));
    const fitting = tooLarge.length === 0 ? messages : messages.filter((one) => window.fits(one));
    await Promise.all(fitting.map((message) => window.publish(message)));
    return tooLarge;
  }

  /** No repeat would make them smaller, and whatever else is queued must not wait for them. */
  async #park(row: QueueKey, tooLarge: readonly Message[]): Promise<void> {
    await parkRows(this.#options.db, [row]);
    for (const { subject, payload } of tooLarge) {
      const about = { lane: row.lane, batchId: row.batchId, subject, bytes: payload.length };
      this.#options.runtime.log.error(about, 'facts are too large for NATS and need an operator');
    }
  }

  /** If the database is away as well, the claim ends by itself. */
  async #giveBack({ lane, batchId }: QueueKey): Promise<void> {
    await this.#release({ lane, batchId }).catch(() => {});
    this.#wake.wake();
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
