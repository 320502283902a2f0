import type { PaymentRecord } from './record.ts';

/** Callers of this replica that wait for a payment to become final. */
export class Waiters {
  readonly #waiting = new Map<string, Set<(payment: PaymentRecord) => void>>();

  /** Resolves once `tell` hears of the payment being final. Abandon it by `signal`. */
  wait(paymentId: string, signal: AbortSignal): Promise<PaymentRecord> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(paymentId) ?? new Set();
      this.#waiting.set(paymentId, waiting.add(resolve));
      signal.addEventListener('abort', () => this.#forget(paymentId, resolve), { once: true });
    });
  }

  tell(payment: PaymentRecord): void {
    if (payment.step !== 'DONE') return;
    const waiting = this.#waiting.get(payment.paymentId);
    this.#waiting.delete(payment.paymentId);
    for (const resolve of waiting ?? []) resolve(payment);
  }

  #forget(paymentId: string, resolve: (payment: PaymentRecord) => void): void {
    const waiting = this.#waiting.get(paymentId);
    waiting?.delete(resolve);
    if (waiting?.size === 0) this.#waiting.delete(paymentId);
  }
}
