import type { PaymentRows } from '../payments/book.ts';
import type { PaymentRecord } from '../payments/record.ts';

/** Payments in memory, committed under their version as Postgres does it. */
export class MemoryStore implements PaymentRows {
  readonly rows = new Map<string, PaymentRecord>();
  /** Every version of every payment, in the order of the commits. */
  readonly history: PaymentRecord[] = [];

  async insert(items: Parameters<PaymentRows['insert']>[0]): Promise<boolean[]> {
    return items.map(({ payment }) => !this.rows.has(payment.paymentId) && this.#put(payment));
  }

  /** No day is ever sealed here. */
  async commit(items: Parameters<PaymentRows['commit']>[0]): ReturnType<PaymentRows['commit']> {
    return items.map(({ payment }) => {
      const before = this.rows.get(payment.paymentId);
      if (before?.version !== payment.version - 1) return 'lost';
      this.#put(payment);
      return 'done';
    });
  }

  async read(keys: Parameters<PaymentRows['read']>[0]): Promise<(PaymentRecord | undefined)[]> {
    return keys.map(({ paymentId }) => this.rows.get(paymentId));
  }

  #put(payment: PaymentRecord): true {
    this.rows.set(payment.paymentId, payment);
    this.history.push(payment);
    return true;
  }
}
