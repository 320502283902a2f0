import { backoffMs, type Runtime } from '@causeway/runtime';
import { LEASE_MS, type PaymentBook } from './book.ts';
import type { Effects } from './effects.ts';
import type { PaymentRecord } from './record.ts';

const RETRY = { firstMs: 100, maxMs: 2_000 };

/**
 * Drives payments to their end: performs what a payment owes, hands the answer to the machine,
 * and goes on until nothing is owed. The live call and recovery are this same worker; which of
 * them has a payment is told by its lease, and the version settles what the lease cannot.
 */
export class Worker {
  readonly #running = new Set<Promise<unknown>>();

  constructor(
    private readonly book: PaymentBook,
    private readonly effects: Effects,
    private readonly runtime: Runtime,
  ) {}

  /**
   * Works on a payment that this caller holds the lease of. Answers it as it is at the end. Never
   * rejects: what is owed after a failure is recovery's, and the payment is pending as before.
   */
  drive(payment: PaymentRecord): Promise<PaymentRecord> {
    return this.undertake(payment, this.#drive(payment));
  }

  /** Counts the work among what `drain` waits for; answers what it began with where it fails. */
  undertake<T extends { paymentId: string }>(begunWith: T, work: Promise<T>): Promise<T> {
    const done = work
      .catch((err) => {
        const { paymentId } = begunWith;
        this.runtime.log.warn({ err, payment_id: paymentId }, 'a payment is left to recovery');
        return begunWith;
      })
      .finally(() => this.#running.delete(done));
    this.#running.add(done);
    return done;
  }

  /** Waits for all that is being worked on, at most as long as a lease. */
  async drain(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #drive(leased: PaymentRecord): Promise<PaymentRecord> {
    // Ends before the lease does, since recovery may begin the moment it has ended.
    const untilMs = this.runtime.clock.nowMs() + LEASE_MS * 0.8;
    let payment = leased;
    for (let attempt = 1; payment.step !== 'DONE'; attempt += 1) {
      const input = await this.effects.perform(payment);
      const applied = input && (await this.book.apply(payment, input));
      if (applied?.outcome === 'done' && applied.payment.version > payment.version) {
        payment = applied.payment;
        continue;
      }
      // Whoever lost the race has nothing to wait for: the winner's row tells what is owed now.
      if (applied?.outcome !== 'lost' && !(await this.#pause(attempt, untilMs))) break;
      payment = (await this.book.read(payment)) ?? payment;
    }
    return payment;
  }

  /** Waits before the next attempt. Answers false where the lease leaves no time for one. */
  async #pause(attempt: number, untilMs: number): Promise<boolean> {
    const pauseMs = backoffMs(RETRY, attempt, this.runtime.random);
    if (this.runtime.clock.nowMs() + pauseMs >= untilMs) return false;
    await this.runtime.timers.sleep(pauseMs);
    return true;
  }
}
