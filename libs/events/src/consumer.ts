import { type Database, isRepeatable, isUnavailable, OutcomeUnknown } from '@causeway/db';
import { backoffMs, failpoint, planted, type Runtime } from '@causeway/runtime';
import type { Nats } from './connection.ts';
import type { Fact } from './fact.ts';
import { type Held, HeldFacts } from './held.ts';
import { handleDuration, handled, lag, parked, parkedNow, retried } from './metrics.ts';
import { countParked, park } from './parked.ts';
import { subjectMatches } from './subject.ts';
import { MAX_MESSAGES, Subscription } from './subscription.ts';
import { traced } from './traced.ts';
import { Wake } from './wake.ts';

export interface ConsumerOptions {
  nats: Nats;
  runtime: Runtime;
  /** Where facts are parked: the database has the table of `parkedEventsSql`. */
  db: Database;
  /** The name of the stream; its publisher creates it. */
  stream: string;
  /** Names this consumer for ever: instances with the same name share the work. No dots. */
  durable: string;
  /** Patterns of what to handle; one pattern is filtered by the server, several in here. */
  subjects: string[];
  /**
   * Makes 1 to `maxBatch` facts take effect and resolves once that is committed. A fact may come
   * again and in any order: effects are idempotent by fact id and settle order by version. Where
   * it throws, each fact is tried alone.
   */
  handle(facts: Fact[]): Promise<void>;
  /** Default 256. */
  maxBatch?: number;
  /**
   * At least so many milliseconds lie between the beginnings of two batches that are not full, so
   * that under load each holds more facts; after a pause a fact waits for nothing. Default 0.
   */
  gatherMs?: number;
  /** How often a fact may fail alone before it is parked. Default 5. */
  maxTries?: number;
  /**
   * Which errors say nothing about the facts, so that the batch waits and is tried whole again,
   * without end. Always among them: the database is away, or writers are in each other's way.
   */
  isTransient?(error: unknown): boolean;
  /** After which time JetStream delivers an unacknowledged message again. Default 30 s. */
  ackWaitMs?: number;
}

/** A consumer at work. */
export interface RunningConsumer {
  /** Lets the present batch finish, gives back the rest and ends. */
  stop(): Promise<void>;
}

const TRY_PAUSE = { firstMs: 200, maxMs: 5_000 };
const TRANSIENT_PAUSE = { firstMs: 100, maxMs: 5_000 };
const IDLE_MS = 60_000;
const GAUGE_MS = 5_000;
/** So many are never waited for to become more. */
const MANY_MESSAGES = MAX_MESSAGES.asked / 2;

/** Handles the facts that a stream delivers, in batches, and acknowledges what took effect. */
export function startConsumer(options: ConsumerOptions): RunningConsumer {
  return new BatchConsumer(options);
}

class BatchConsumer implements RunningConsumer {
  readonly #options: ConsumerOptions;
  readonly #labels: { durable: string };
  readonly #maxBatch: number;
  readonly #held = new HeldFacts();
  readonly #wake: Wake;
  readonly #stopping = new AbortController();
  readonly #subscription: Subscription;
  readonly #loop: Promise<void>;
  readonly #stopGauge: () => void;
  #outages = 0;
  #deliveries = 0;

  constructor(options: ConsumerOptions) {
    const { stream, subjects } = options;
    this.#options = options;
    this.#labels = { durable: options.durable };
    this.#maxBatch = options.maxBatch ?? 256;
    this.#wake = new Wake(options.runtime.timers);
    this.#subscription = new Subscription(
      {
        ...options,
        filter: subjects.length === 1 ? subjects[0] : undefined,
        ackWaitMs: options.ackWaitMs ?? 30_000,
      },
      (message) => {
        if (!subjects.some((pattern) => subjectMatches(pattern, message.subject))) message.ack();
        else if (this.#held.add(stream, message)) this.#wake.wake();
      },
    );
    this.#loop = this.#run();
    const { runtime, db, durable } = options;
    // Parked by whichever process and whenever: a counter forgets them at a restart.
    this.#stopGauge = runtime.timers.every(GAUGE_MS, async () => {
      const count = await countParked(db, durable).catch(() => undefined);
      if (count !== undefined) parkedNow.set(count, this.#labels);
      const behind = await this.#subscription.lag().catch(() => undefined);
      if (behind !== undefined) lag.set(behind, this.#labels);
    });
  }

  async stop(): Promise<void> {
    this.#stopGauge();
    this.#stopping.abort();
    this.#wake.wake();
    await this.#loop;
    await this.#subscription.stop();
    // Given back, what is left need not wait for the acknowledgement to be overdue.
    this.#held.giveBack();
  }

  async #run(): Promise<void> {
    const { clock } = this.#options.runtime;
    while (!this.#stopping.signal.aborted) {
      const startedMs = clock.monotonicMs();
      const failed = this.#held.takeFailed(clock.nowMs());
      if (failed !== undefined) await this.#handleAlone(failed);
      const batch = this.#held.takeFresh(this.#maxBatch);
      if (batch.length > 0) await this.#handleBatch(batch);
      if (batch.length > 0) await this.#gatherFrom(startedMs);
      if (failed !== undefined || batch.length > 0) continue;
      const pauseMs = Math.min(IDLE_MS, this.#held.nextDueAtMs() - clock.nowMs());
      if (pauseMs > 0) await this.#wake.wait(pauseMs);
    }
  }

  /** Waits until the next batch may begin, or is full, or JetStream may deliver no more. */
  async #gatherFrom(startedMs: number): Promise<void> {
    const { clock } = this.#options.runtime;
    const endMs = startedMs + (this.#options.gatherMs ?? 0);
    const isFull = () =>
      this.#held.freshCount >= this.#maxBatch || this.#held.messageCount >= MANY_MESSAGES;
    while (!isFull() && !this.#stopping.signal.aborted) {
      const leftMs = endMs - clock.monotonicMs();
      if (leftMs <= 0) return;
      await this.#wake.wait(leftMs);
    }
  }

  async #handleBatch(batch: Held[]): Promise<void> {
    try {
      await this.#deliver(batch);
    } catch (error) {
      if (this.#isTransient(error)) await this.#waitOut(batch, error);
      else if (batch[0] !== undefined && batch.length === 1) await this.#failed(batch[0], error);
      else await this.#handleOneByOne(batch);
    }
  }

  async #handleOneByOne(batch: Held[]): Promise<void> {
    this.#outages = 0;
    for (const [index, held] of batch.entries()) {
      if (this.#outages > 0 || this.#stopping.signal.aborted) {
        this.#held.putBack(batch.slice(index));
        return;
      }
      await this.#handleAlone(held);
    }
  }

  async #handleAlone(held: Held): Promise<void> {
    try {
      await this.#deliver([held]);
    } catch (error) {
      if (this.#isTransient(error)) await this.#waitOut([held], error);
      else await this.#failed(held, error);
    }
  }

  async #deliver(batch: Held[]): Promise<void> {
    const { clock } = this.#options.runtime;
    const tooEarly = planted('event-acked-before-commit');
    if (tooEarly) this.#acknowledge(batch);
    // Nobody would notice that wrong without a death after it, so the first batch meets one.
    if (tooEarly && this.#isFirst()) return;
    const startedMs = clock.monotonicMs();
    const facts = batch.map((held) => held.fact);
    await traced(this.#options.durable, facts, () => this.#options.handle(facts));
    await failpoint('events.handled');
    this.#outages = 0;
    handled.add(batch.length, this.#labels);
    handleDuration.record((clock.monotonicMs() - startedMs) / 1_000, this.#labels);
    if (!tooEarly) this.#acknowledge(batch);
  }

  #isFirst(): boolean {
    this.#deliveries += 1;
    return this.#deliveries === 1;
  }

  #acknowledge(batch: Held[]): void {
    for (const held of batch) this.#held.settle(held);
  }

  #isTransient(error: unknown): boolean {
    if (error instanceof OutcomeUnknown || isUnavailable(error)) return true;
    // Two writers in each other's way say nothing about the facts, however often it happens.
    if (isRepeatable(error)) return true;
    return this.#options.isTransient?.(error) ?? false;
  }

  /** No fact is to blame: everybody waits, and none of these tries counts. */
  async #waitOut(batch: Held[], error: unknown): Promise<void> {
    const { runtime, durable } = this.#options;
    this.#held.putBack(batch);
    this.#outages += 1;
    if (this.#outages === 1) {
      runtime.log.warn({ durable, reason: String(error) }, 'events wait for the database');
    }
    const pauseMs = backoffMs(TRANSIENT_PAUSE, this.#outages, runtime.random);
    await runtime.timers.sleep(pauseMs, this.#stopping.signal).catch(() => {});
  }

  async #failed(held: Held, error: unknown): Promise<void> {
    const { runtime, maxTries = 5 } = this.#options;
    held.tries += 1;
    if (held.tries >= maxTries && (await this.#park(held, error))) return;
    retried.add(1, this.#labels);
    held.dueAtMs = runtime.clock.nowMs() + backoffMs(TRY_PAUSE, held.tries, runtime.random);
    this.#held.keepFailed(held);
  }

  /** Answers whether it is put aside; if the database cannot take it, it is tried once more. */
  async #park(held: Held, error: unknown): Promise<boolean> {
    const { runtime, db, durable } = this.#options;
    const { fact, tries } = held;
    try {
      await park(db, durable, fact, { error, tries });
    } catch (err) {
      runtime.log.warn({ err, durable, factId: fact.factId }, 'a fact could not be parked');
      return false;
    }
    this.#held.settle(held);
    parked.add(1, this.#labels);
    const about = { durable, factId: fact.factId, subject: fact.subject, tries };
    runtime.log.error({ err: error, ...about }, 'a fact is parked and needs an operator');
    return true;
  }
}
