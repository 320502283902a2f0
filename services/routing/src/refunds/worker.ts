import { backoffMs, type Runtime } from '@causeway/runtime';
import { LEASE_MS, type PaymentBook } from '../payments/book.ts';
import type { Effects } from '../payments/effects.ts';
import type { RefundRecord } from '../payments/record.ts';
import type { Worker } from '../payments/worker.ts';
import type { RefundStore } from './store.ts';

const RETRY = { firstMs: 100, maxMs: 2_000 };

/** Drives refunds to their end: a refund that was accepted succeeds, it can only take longer. */
export class RefundWorker {
  constructor(
    private readonly book: PaymentBook,
    private readonly refunds: RefundStore,
    private readonly effects: Effects,
    private readonly worker: Worker,
    private readonly runtime: Runtime,
  ) {}

  /** Works on a refund that this caller holds the lease of. Answers it as it is at the end. */
  drive(refund: RefundRecord): Promise<RefundRecord> {
    return this.worker.track(this.#drive(refund));
  }

  async #drive(leased: RefundRecord): Promise<RefundRecord> {
    const untilMs = this.runtime.clock.nowMs() + LEASE_MS * 0.8;
    let refund = leased;
    for (let attempt = 1; refund.state === 'PENDING'; attempt += 1) {
      refund = await this.#attempt(refund);
      if (refund.state === 'SUCCEEDED') break;
      const pauseMs = backoffMs(RETRY, attempt, this.runtime.random);
      if (this.runtime.clock.nowMs() + pauseMs >= untilMs) break;
      await this.runtime.timers.sleep(pauseMs);
    }
    return refund;
  }

  async #attempt(refund: RefundRecord): Promise<RefundRecord> {
    const payment = await this.book.read(refund);
    if (!payment) throw new Error(`refund ${refund.refundId} has no payment`);
    const input = await this.effects.refund(payment, refund);
    const applied = input && (await this.book.apply(payment, input));
    if (applied?.outcome === 'done' && applied.refund) return applied.refund;
    return (await this.refunds.read(refund, refund.refundId)) ?? refund;
  }
}
