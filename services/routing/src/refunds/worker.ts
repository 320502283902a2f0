import { backoffMs, type Runtime } from '@causeway/runtime';
import { LEASE_MS, type PaymentBook } from '../payments/book.ts';
import type { Effects } from '../payments/effects.ts';
import type { Input } from '../payments/machine/types.ts';
import type { RefundRecord } from '../payments/record.ts';
import type { Worker } from '../payments/worker.ts';
import type { RefundStore } from './store.ts';
import { Turns } from './turns.ts';

const RETRY = { firstMs: 100, maxMs: 2_000 };
/** Lost this often to other replicas, it waits like one that was not answered. */
const MAX_RACES = 5;

type RefundKey = Pick<RefundRecord, 'lane' | 'paymentId' | 'refundId'>;

/** Drives refunds to their end: a refund that was accepted succeeds, it can only take longer. */
export class RefundWorker {
  /** In which refunds of one payment are accepted and recorded. */
  readonly turns = new Turns();

  constructor(
    private readonly book: PaymentBook,
    private readonly refunds: Pick<RefundStore, 'read'>,
    private readonly effects: Effects,
    private readonly worker: Worker,
    private readonly runtime: Runtime,
  ) {}

  /** Works on a refund that this caller holds the lease of; otherwise as `Worker.drive`. */
  drive(refund: RefundRecord): Promise<RefundRecord> {
    return this.worker.undertake(refund, this.#drive(refund));
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

  async #attempt(key: RefundKey): Promise<RefundRecord> {
    const { payment, refund } = await this.#read(key);
    if (refund.state === 'SUCCEEDED') return refund;
    const input = await this.effects.refund(payment, refund);
    return input ? this.turns.take(payment, () => this.#record(refund, input)) : refund;
  }

  /** Others may have been accepted or carried out while the issuer was called. */
  async #record(asked: RefundRecord, input: Input): Promise<RefundRecord> {
    for (let race = 0; race < MAX_RACES; race += 1) {
      const { payment, refund } = await this.#read(asked);
      if (refund.state === 'SUCCEEDED') return refund;
      const applied = await this.book.apply(payment, input);
      if (applied.outcome === 'done' && applied.refund) return applied.refund;
    }
    return asked;
  }

  async #read({ lane, paymentId, refundId }: RefundKey) {
    // The payment is read first: whoever ends the refund after this read changes its version,
    // and whoever ended it before is seen by the read of the refund.
    const payment = await this.book.read({ lane, paymentId });
    const refund = payment && (await this.refunds.read(payment, refundId));
    if (!refund) throw new Error(`refund ${refundId} is not there, or has no payment`);
    return { payment, refund };
  }
}
