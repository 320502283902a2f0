import { backoffMs, type Runtime } from '@causeway/runtime';
import type { Incidents } from '../connectors/incidents.ts';
import type { ReversalStore } from '../reversals/store.ts';
import { LEASE_MS, type PaymentBook } from './book.ts';
import type { Effects } from './effects.ts';
import { hasLeft } from './machine/journey.ts';
import type { Input } from './machine/types.ts';
import { isHoldLost, type ObserveRoute, routeOutcome } from './outcomes.ts';
import type { PaymentRecord } from './record.ts';
import { Sleepers } from './sleepers.ts';

const RETRY = { firstMs: 100, maxMs: 2_000 };
/** Whoever lost a race leaves the winner this long before it looks what is owed now. */
const LOST_MS = 20;

export interface WorkerOptions {
  book: PaymentBook;
  effects: Effects;
  runtime: Runtime;
  /** How long to wait between two inquiries at a partner. */
  inquiryMs: number;
  observeRoute: ObserveRoute;
  reversals: Pick<ReversalStore, 'lookSoon'>;
  incidents: Incidents;
}

/** Who works on a payment in this process. */
interface Drivers {
  count: number;
  /** Whether there is news that none of them has looked at yet. */
  isNudged: boolean;
}

/**
 * Drives payments to their end: performs what a payment owes, hands the answer to the machine,
 * and goes on until nothing is owed. The live call and recovery are this same worker; which of
 * them has a payment is told by its lease, and the version settles what the lease cannot.
 */
export class Worker {
  readonly #running = new Set<Promise<unknown>>();
  readonly #sleepers: Sleepers;
  readonly #drivers = new Map<string, Drivers>();

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

  /**
   * Has a payment that waits looked at now: by whoever works on it here, or else by this call once
   * it has the lease. However often it is called, no more than one driver comes of it.
   */
  nudge(payment: PaymentRecord): void {
    const { paymentId, step } = payment;
    if (step === 'INQUIRE' || this.#drivers.has(paymentId)) this.hurry(payment);
  }

  /**
   * Has the step that a payment owes tried now, whoever's turn it is: by whoever works on it here,
   * or else by this call, once it has the lease. Answers before anything has come of it.
   */
  hurry(payment: PaymentRecord): void {
    const { paymentId, step } = payment;
    if (step === 'DONE' || this.#sleepers.wake(paymentId)) return;
    const here = this.#drivers.get(paymentId);
    if (here) here.isNudged = true;
    else void this.undertake(payment, this.#takeOver(payment));
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

  #drive(leased: PaymentRecord, isNew: boolean): Promise<PaymentRecord> {
    return this.#asDriver(leased, () => this.#work(leased, isNew));
  }

  /** Goes on with a payment whose lease somebody else may have; the version settles who has it. */
  #takeOver(payment: PaymentRecord): Promise<PaymentRecord> {
    return this.#asDriver(payment, async () => {
      const leased = await this.options.book.lease(payment);
      return leased ? this.#work(leased, false) : payment;
    });
  }

  async #asDriver<T>({ paymentId }: PaymentRecord, work: () => Promise<T>): Promise<T> {
    const drivers = this.#drivers.get(paymentId) ?? { count: 0, isNudged: false };
    this.#drivers.set(paymentId, drivers);
    drivers.count += 1;
    try {
      return await work();
    } finally {
      drivers.count -= 1;
      if (drivers.count === 0) this.#drivers.delete(paymentId);
    }
  }

  async #work(leased: PaymentRecord, isNew: boolean): Promise<PaymentRecord> {
    const { book, effects } = this.options;
    let payment = leased;
    let isFirst = isNew;
    let untilMs = this.#leaseEndMs();
    for (let attempt = 1; payment.step !== 'DONE'; attempt += 1) {
      const input = await effects.perform(payment, isFirst && this.#isLeased(payment));
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
      const hasLost = applied?.outcome === 'lost';
      if (hasLost) await this.#sleep(payment, LOST_MS);
      else if (!(await this.#pause(payment, attempt, untilMs))) break;
      const before = payment;
      payment = (await book.read(before)) ?? before;
      if (hasLost && input) await this.#lookAfter(before, input, payment);
    }
    return payment;
  }

  /** A confirmation that came too late to count is of a partner that has charged for nothing. */
  async #lookAfter(before: PaymentRecord, input: Input, now: PaymentRecord): Promise<void> {
    const { routeId = '' } = before;
    if (input.kind !== 'confirmed' || !hasLeft(now, routeId)) return;
    const { reversals, runtime } = this.options;
    await reversals.lookSoon(now, [routeId], runtime.clock.now());
  }

  /** After its lease anybody else may have begun the step. */
  #isLeased({ dueAt }: PaymentRecord): boolean {
    return dueAt !== undefined && this.options.runtime.clock.nowMs() < dueAt.getTime();
  }

  /** Ends before the lease does, since recovery may begin the moment it has ended. */
  #leaseEndMs(): number {
    return this.options.runtime.clock.nowMs() + LEASE_MS * 0.8;
  }

  #observe(before: PaymentRecord, input: Input, after: PaymentRecord) {
    if (isHoldLost(before, input, after)) this.options.incidents.raise('hold_lost', before);
    const wentWell = routeOutcome(before, input, after);
    if (wentWell === undefined) return;
    this.options.observeRoute(before.routeId ?? '', wentWell, before.payeeAmount);
  }

  /** Waits for the time of the next inquiry, or a nudge. Answers false where nobody may go on. */
  #untilInquiry(payment: PaymentRecord): Promise<boolean> {
    return this.#sleep(payment, this.options.inquiryMs);
  }

  /** News that came while nobody slept ends the next pause before it begins. */
  async #sleep({ paymentId }: PaymentRecord, ms: number): Promise<boolean> {
    const here = this.#drivers.get(paymentId);
    const sleptMs = here?.isNudged ? 0 : ms;
    if (here) here.isNudged = false;
    return this.#sleepers.sleep(paymentId, sleptMs);
  }

  /** Waits before the next attempt. Answers false where the lease leaves no time for one. */
  async #pause(payment: PaymentRecord, attempt: number, untilMs: number): Promise<boolean> {
    const { clock, random } = this.options.runtime;
    const pauseMs = backoffMs(RETRY, attempt, random);
    if (clock.nowMs() + pauseMs >= untilMs) return false;
    return this.#sleep(payment, pauseMs);
  }
}
