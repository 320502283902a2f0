import { type Runtime, Trouble } from '@causeway/runtime';
import type { PaymentRecord } from '../payments/record.ts';
import type { AttemptStore, FailedAttempt } from './store.ts';

const FLUSH_MS = 1_000;
/** So many are written at once, and so many are remembered between two writes. */
const MAX_NOTED = 1_000;
/** What an error may say of itself. */
const MAX_LENGTH = 300;
/** What has not failed for so long is no longer owed. */
const KEPT_MS = 3_600_000;
const SWEEP_MS = 60_000;

/**
 * Remembers why attempts failed, for operators who ask what a payment waits for. A failure is noted
 * in memory and written about once a second with all others, so that an outage of somebody who is
 * called costs no more than one statement a second; beyond a thousand payments it names some of them.
 */
export class Attempts {
  #noted = new Map<string, FailedAttempt>();
  #flushing = Promise.resolve();
  #sweptMs = 0;
  #cancel: (() => void) | undefined;

  constructor(
    private readonly store: Pick<AttemptStore, 'add' | 'sweep'>,
    private readonly runtime: Runtime,
  ) {}

  /** Writes down what failed, from now on. */
  start(): void {
    const unwritten = new Trouble(this.runtime, 'failed attempts could not be written down');
    this.#cancel = this.runtime.timers.every(FLUSH_MS, () => {
      this.#flushing = this.flush().then(
        () => unwritten.passed(),
        (err) => unwritten.failed({ err }),
      );
      return this.#flushing;
    });
  }

  /**
   * An attempt at what the payment, or a refund of it, owes has failed.
   *
   * @param failure an error, or what happened in words
   */
  failed(payment: PaymentRecord, failure: unknown, refundId?: string): void {
    const { lane, paymentId, step } = payment;
    const owed = refundId === undefined ? step : 'REFUND';
    if (owed === 'DONE') return;
    const subjectId = refundId ?? paymentId;
    const known = this.#noted.get(subjectId);
    if (known === undefined && this.#noted.size >= MAX_NOTED) return;
    const attempts = known?.step === owed ? known.attempts + 1 : 1;
    const failedAt = this.runtime.clock.now();
    this.#noted.set(subjectId, {
      ...{ lane, paymentId, subjectId, step: owed, attempts, failedAt },
      failure: inWords(failure),
    });
  }

  /** Writes down what was noted. What cannot be written is forgotten: it will fail again. */
  async flush(): Promise<void> {
    const noted = [...this.#noted.values()];
    this.#noted = new Map();
    if (noted.length > 0) await this.store.add(noted);
    const nowMs = this.runtime.clock.nowMs();
    if (nowMs - this.#sweptMs < SWEEP_MS) return;
    this.#sweptMs = nowMs;
    await this.store.sweep(new Date(nowMs - KEPT_MS));
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    await this.#flushing;
  }
}

function inWords(failure: unknown): string {
  const text = failure instanceof Error ? failure.message : String(failure);
  return text.slice(0, MAX_LENGTH);
}
