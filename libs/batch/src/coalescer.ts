import { AsyncResource } from 'node:async_hooks';
import { Refusal } from '@causeway/runtime';
import type { CoalesceOptions } from './coalesce.ts';
import { FairQueue } from './fair-queue.ts';
import { isDataCaused } from './poison.ts';

interface Waiting<Item, Answer> {
  item: Item;
  party: string;
  key: string | undefined;
  deadlineMs: number;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

const MIN_RETRY_MS = 20;
const MAX_RETRY_MS = 5_000;

/** The state behind one coalesced function: what waits, and how much executes. */
export class Coalescer<Item, Answer> {
  readonly #options: CoalesceOptions<Item, Answer>;
  readonly #maxBatch: number;
  readonly #maxQueued: number;
  readonly #queue = new FairQueue<Waiting<Item, Answer>>();
  /** For each key that is queued or executing: the calls that wait behind it, in order. */
  readonly #behind = new Map<string, Waiting<Item, Answer>[]>();
  #behindCount = 0;
  #executing = 0;
  #starting = false;
  #lastBatchMs = 0;
  #onIdle: (() => void)[] = [];
  // A batch belongs to no single caller: without this, the trace of whoever woke the batcher
  // would own every batch after it.
  readonly #outside: AsyncResource;

  constructor(options: CoalesceOptions<Item, Answer>) {
    this.#options = options;
    this.#maxBatch = options.maxBatch ?? 256;
    this.#maxQueued = options.maxQueued ?? 8192;
    this.#outside = new AsyncResource(`causeway.batch.${options.name}`);
  }

  get waiting(): number {
    return this.#queue.length + this.#behindCount;
  }

  submit(item: Item, deadlineMs = Number.POSITIVE_INFINITY): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const party = this.#options.party?.(item) ?? '';
      const key = this.#options.key?.(item);
      this.#enqueue({ item, party, key, deadlineMs, resolve, reject });
    });
  }

  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#onIdle.push(resolve);
      this.#tellIfIdle();
    });
  }

  #enqueue(call: Waiting<Item, Answer>): void {
    if (this.waiting >= this.#maxQueued && !this.#makeRoomFor(call.party)) {
      call.reject(this.#overloaded());
      return;
    }
    const behind = call.key === undefined ? undefined : this.#behind.get(call.key);
    if (behind !== undefined) {
      this.#waitBehind(behind, call);
      return;
    }
    if (call.key !== undefined) this.#behind.set(call.key, []);
    this.#queue.push(call.party, call);
    this.#wake();
  }

  /** A line behind one key is bounded too, so that one busy key cannot fill the queue. */
  #waitBehind(behind: Waiting<Item, Answer>[], call: Waiting<Item, Answer>): void {
    if (behind.length >= this.#maxBatch) {
      call.reject(this.#overloaded());
      return;
    }
    behind.push(call);
    this.#behindCount += 1;
  }

  /** In a full queue a party below its share displaces the newest call of the one with most. */
  #makeRoomFor(party: string): boolean {
    const displaced = this.#queue.popFromLongest(this.#queue.lengthOf(party) + 1);
    if (displaced === undefined) return false;
    this.#settled(displaced);
    displaced.reject(this.#overloaded());
    return true;
  }

  #wake(): void {
    if (this.#starting || this.#executing >= (this.#options.concurrency ?? 1)) return;
    this.#starting = true;
    // One turn of the event loop lets every call that is already on its way join the batch.
    void this.#options.runtime.timers.immediate().then(() => {
      this.#starting = false;
      this.#start();
    });
  }

  #start(): void {
    while (this.#queue.length > 0 && this.#executing < (this.#options.concurrency ?? 1)) {
      this.#executing += 1;
      const batch = this.#takeBatch();
      void this.#outside.runInAsyncScope(() => this.#run(batch));
    }
    this.#tellIfIdle();
  }

  #takeBatch(): Waiting<Item, Answer>[] {
    const batch: Waiting<Item, Answer>[] = [];
    while (batch.length < this.#maxBatch) {
      const call = this.#queue.shift();
      if (call === undefined) break;
      batch.push(call);
    }
    return batch;
  }

  async #run(batch: Waiting<Item, Answer>[]): Promise<void> {
    const { clock } = this.#options.runtime;
    const startedMs = clock.monotonicMs();
    await this.#attempt(batch);
    this.#lastBatchMs = clock.monotonicMs() - startedMs;
    this.#executing -= 1;
    this.#start();
  }

  /** Never rejects: every call of the batch is settled in here. */
  async #attempt(batch: Waiting<Item, Answer>[]): Promise<void> {
    const due = this.#refuseLate(batch);
    if (due.length === 0) return;
    let answers: Answer[];
    try {
      answers = await this.#options.execute(due.map((call) => call.item));
    } catch (error) {
      if (due.length === 1 || !this.#isPoison(error)) {
        this.#failAll(due, error);
        return;
      }
      const middle = due.length >> 1;
      await this.#attempt(due.slice(0, middle));
      await this.#attempt(due.slice(middle));
      return;
    }
    this.#answerAll(due, answers);
  }

  #refuseLate(batch: Waiting<Item, Answer>[]): Waiting<Item, Answer>[] {
    const nowMs = this.#options.runtime.clock.nowMs();
    return batch.filter((call) => {
      if (call.deadlineMs > nowMs) return true;
      this.#settled(call);
      call.reject(new Refusal('DEADLINE_PASSED', `${this.#options.name}: too late to start`));
      return false;
    });
  }

  #isPoison(error: unknown): boolean {
    return (this.#options.isPoison ?? isDataCaused)(error);
  }

  #answerAll(batch: Waiting<Item, Answer>[], answers: Answer[]): void {
    if (answers.length !== batch.length) {
      const counts = `${answers.length} answers to ${batch.length} items`;
      this.#failAll(batch, new Error(`${this.#options.name}: ${counts}`));
      return;
    }
    for (const [index, answer] of answers.entries()) {
      const call = batch[index];
      if (call === undefined) continue;
      this.#settled(call);
      call.resolve(answer);
    }
  }

  #failAll(batch: Waiting<Item, Answer>[], error: unknown): void {
    for (const call of batch) {
      this.#settled(call);
      call.reject(error);
    }
  }

  /** Lets the next call with the same key into the queue, where it has its party's first place. */
  #settled({ key }: Waiting<Item, Answer>): void {
    if (key === undefined) return;
    const next = this.#behind.get(key)?.shift();
    if (next === undefined) {
      this.#behind.delete(key);
      return;
    }
    this.#behindCount -= 1;
    this.#queue.pushFirst(next.party, next);
    this.#wake();
  }

  #overloaded(): Refusal {
    const batches = Math.ceil(this.waiting / this.#maxBatch);
    const retryAfterMs = Math.ceil(
      Math.min(MAX_RETRY_MS, Math.max(MIN_RETRY_MS, batches * this.#lastBatchMs)),
    );
    const message = `${this.#options.name}: ${this.waiting} calls wait already`;
    return new Refusal('OVERLOADED', message, { retryAfterMs });
  }

  #tellIfIdle(): void {
    if (this.#executing > 0 || this.waiting > 0 || this.#starting) return;
    const told = this.#onIdle;
    this.#onIdle = [];
    for (const tell of told) tell();
  }
}
