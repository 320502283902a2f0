import { backoffMs, type Runtime } from '@causeway/runtime';
import { LEASE_MS, type PaymentBook } from './book.ts';
import type { Effects } from './effects.ts';
import type { Input } from './machine/types.ts';
import { type ObserveRoute, routeOutcome } from './outcomes.ts';
import type { PaymentRecord } from './record.ts';
import { Sleepers } from './sleepers.ts';

const RETRY = { firstMs: 100, maxMs: 2_000 };

export interface WorkerOptions {
  book: PaymentBook;
  effects: Effects;
  runtime: Runtime;
  /** How long to wait between two inquiries at a partner. */
  inquiryMs: number;
  observeRoute: ObserveRoute;
}

/**
 * Drives payments to their end: performs what a payment owes, hands the answer to the machine,
 * and goes on until nothing is owed. The live call and recovery are this same worker; which of
 * them has a payment is told by its lease, and the version settles what the lease cannot.
 */
export class Worker {
  readonly #running = new Set<Promise<unknown>>();
  readonly #sleepers: Sleepers;

  constructor(private readonly options: WorkerOptions) {
    this.#sleepers = new Sleepers(options.runtime);
  }

  /**
   * Works on a payment whose step this caller has just committed, with its lease. Answers it as
   * it is at the end. Never rejects: what is owed after a failure is recovery's, and the payment
   * is pending as before.
   */
  drive(payment: PaymentRecord): Promise<PaymentRecord> {
    return this.undertake(payment, this.#drive(payment, true));
  }

  /** Likewise for a payment whose step somebody may have begun before. */
  takeUp(payment: PaymentRecord): Promise<PaymentRecord> {
    return this.undertake(payment, this.#drive(payment, false));
  }

  /** Has a payment that waits looked at now, by whoever has it here or else by this call. */
  nudge(payment: PaymentRecord): void {
    if (payment.step === 'DONE' || this.#sleepers.wake(payment.paymentId)) return;
    if (payment.step === 'INQUIRE') void this.takeUp(payment);
  }

  /** Counts the work among what `drain` waits for; answers what it began with where it fails. */
  undertake<T extends { paymentId: string }>(begunWith: T, work: Promise<T>): Promise<T> {
    const done = work
      .catch((err) => {
        const { paymentId } = begunWith;
        const { log } = this.options.runtime;
        log.warn({ err, payment_id: paymentId }, 'a payment is left to recovery');
        return begunWith;
      })
      .finally(() => this.#running.delete(done));
    this.#running.add(done);
    return done;
  }

  /** Waits for all that is being worked on, at most as long as a lease; doubt is left to others. */
  async drain(): Promise<void> {
    this.#sleepers.stop();
    await Promise.all(this.#running);
  }

  async #drive(leased: PaymentRecord, isNew: boolean): Promise<PaymentRecord> {
    const { book, effects } = this.options;
    let payment = leased;
    let isFirst = isNew;
    let untilMs = this.#leaseEndMs();
    for (let attempt = 1; payment.step !== 'DONE'; attempt += 1) {
      const input = await effects.perform(payment, isFirst);
      const applied = input && (await book.apply(payment, input));
      if (input && applied?.outcome === 'done' && applied.payment.version > payment.version) {
        const before = payment;
        payment = applied.payment;
        this.#observe(before, input, payment);
        // Its commit has begun another lease, and what it owes now nobody has begun.
        [untilMs, attempt, isFirst] = [this.#leaseEndMs(), 0, payment.step !== 'INQUIRE'];
        if (payment.step === 'INQUIRE' && !(await this.#untilInquiry(payment))) break;
        continue;
      }
      isFirst = false;
      // Whoever lost the race has nothing to wait for: the winner's row tells what is owed now.
      if (applied?.outcome !== 'lost' && !(await this.#pause(payment, attempt, untilMs))) break;
      payment = (await book.read(payment)) ?? payment;
    }
    return payment;
  }

  /** Ends before the lease does, since recovery may begin the moment it has ended. */
  #leaseEndMs(): number {
    return this.options.runtime.clock.nowMs() + LEASE_MS * 0.8;
  }

  #observe(before: PaymentRecord, input: Input, after: PaymentRecord) {
    const wentWell = routeOutcome(before, input, after);
    if (wentWell === undefined) return;
    this.options.observeRoute(before.routeId ?? '', wentWell, before.payeeAmount);
  }

  /** Waits for the time of the next inquiry, or a nudge. Answers false where nobody may go on. */
  #untilInquiry({ paymentId }: PaymentRecord): Promise<boolean> {
    return this.#sleepers.sleep(paymentId, this.options.inquiryMs);
  }

  /** Waits before the next attempt. Answers false where the lease leaves no time for one. */
  async #pause({ paymentId }: PaymentRecord, attempt: number, untilMs: number): Promise<boolean> {
    const { clock, random } = this.options.runtime;
    const pauseMs = backoffMs(RETRY, attempt, random);
    if (clock.nowMs() + pauseMs >= untilMs) return false;
    return this.#sleepers.sleep(paymentId, pauseMs);
  }
}
