import { coalesce } from '@causeway/batch';
import { DeclineReason, PaymentMethod } from '@causeway/proto/common';
import type { Runtime } from '@causeway/runtime';
import { cancelIsOpen, clearingDate } from '../clearing/day.ts';
import type { Directory } from '../directory/directory.ts';
import { paymentDuration, paymentsEnded } from '../metrics.ts';
import { factOf } from './facts.ts';
import { leasedAnew } from './machine/changes.ts';
import { next } from './machine/next.ts';
import type { Input, MachineRefusal, Moment } from './machine/types.ts';
import type { PaymentRecord, RefundRecord } from './record.ts';
import type { Change, NewPayment, PaymentKey, PaymentStore } from './store.ts';
import { Waiters } from './waiters.ts';

/** How long whoever works on a payment has it for itself, in milliseconds. */
export const LEASE_MS = 10_000;

/** What came of handing an input to the machine. */
export type Applied =
  | { outcome: 'done'; payment: PaymentRecord; refund: RefundRecord | undefined }
  | { outcome: 'refused'; reason: MachineRefusal }
  /** Somebody else decided first: read again. */
  | { outcome: 'lost' };

/** Where payments are kept. */
export type PaymentRows = Pick<PaymentStore, 'insert' | 'commit' | 'read'>;

export interface BookOptions {
  store: PaymentRows;
  directory: Directory;
  runtime: Runtime;
  /** For how long a partner is asked what became of a payment before it is reversed. */
  doubtMs: number;
}

/** Payments in the store, decided on one at a time and written in batches. */
export class PaymentBook {
  readonly waiters = new Waiters();
  readonly #options: BookOptions;
  readonly #insert;
  readonly #commit;
  readonly #read;

  constructor(options: BookOptions) {
    const { store, runtime } = options;
    this.#options = options;
    // Two writes of one payment must not meet in a batch: the second would not see the first.
    const key = (item: NewPayment | Change) => item.payment.paymentId;
    this.#insert = coalesce({
      name: 'routing.insert',
      runtime,
      key,
      execute: (items: NewPayment[]) => store.insert(items),
      party: (item) => item.payment.partnerId,
    });
    this.#commit = coalesce({
      name: 'routing.commit',
      runtime,
      key,
      execute: (items: Change[]) => store.commit(items),
    });
    this.#read = coalesce({
      name: 'routing.read',
      runtime,
      execute: (items: PaymentKey[]) => store.read(items),
    });
  }

  /** Records a payment unless its id is taken. Answers whether it is new. */
  async insert(payment: PaymentRecord, deadlineMs?: number): Promise<boolean> {
    const kind = beginsWith(payment);
    const fact = kind && factOf(kind, payment, false);
    const options = deadlineMs === undefined ? {} : { deadlineMs };
    const isNew = await this.#insert({ payment, fact }, options);
    if (isNew && fact) this.#ended(payment);
    return isNew;
  }

  read(key: PaymentKey): Promise<PaymentRecord | undefined> {
    return this.#read(key);
  }

  /** Asks the machine and commits what it decides, under the version it decided on. */
  async apply(payment: PaymentRecord, input: Input): Promise<Applied> {
    const decision = next(payment, input, this.#momentOf(payment));
    switch (decision.outcome) {
      case 'refused':
        return decision;
      case 'unchanged':
        return { outcome: 'done', payment, refund: undefined };
      case 'stepped': {
        const change = { payment: decision.payment, fact: undefined, refund: undefined };
        if (!(await this.#commit(change))) return { outcome: 'lost' };
        return { outcome: 'done', payment: decision.payment, refund: undefined };
      }
      case 'changed': {
        const { payment: changed, refund, wasCaptured } = decision;
        const fact = factOf(decision.fact, changed, wasCaptured, refund);
        if (!(await this.#commit({ payment: changed, fact, refund }))) return { outcome: 'lost' };
        if (payment.step !== 'DONE' && changed.step === 'DONE') this.#ended(changed);
        return { outcome: 'done', payment: changed, refund };
      }
    }
  }

  /**
   * Gives the caller the lease of a payment as it has read it, and nothing else. Answers undefined
   * where somebody else was first.
   */
  async lease(payment: PaymentRecord): Promise<PaymentRecord | undefined> {
    const leased = leasedAnew(payment, this.#momentOf(payment));
    const isOurs = await this.#commit({ payment: leased, fact: undefined, refund: undefined });
    return isOurs ? leased : undefined;
  }

  /** Waits until everything handed over is written. */
  async drain(): Promise<void> {
    await Promise.all([this.#insert.drain(), this.#commit.drain(), this.#read.drain()]);
  }

  #ended(payment: PaymentRecord): void {
    this.waiters.tell(payment);
    const { state } = payment;
    paymentsEnded.add(1, {
      state,
      decline_reason: DeclineReason[payment.declineReason] ?? '',
      partner: payment.partnerId,
      issuer: payment.issuerId ?? '',
    });
    const tookMs = payment.updatedAt.getTime() - payment.createdAt.getTime();
    const method = PaymentMethod[payment.method] ?? '';
    paymentDuration.record(tookMs / 1_000, { state, method });
  }

  #momentOf(payment: PaymentRecord): Moment {
    const { clock } = this.#options.runtime;
    const { issuers, routes } = this.#options.directory.view;
    const nowMs = clock.nowMs();
    const acquirer = routes.get(payment.routeId ?? '')?.clearing;
    const issuer = issuers.get(payment.issuerId ?? '')?.clearing;
    const open = (terms: typeof acquirer, date: string | undefined) =>
      terms !== undefined && date !== undefined && cancelIsOpen(terms, date, nowMs);
    return {
      now: new Date(nowMs),
      leaseUntil: new Date(nowMs + LEASE_MS),
      acquirerClearingDate: acquirer ? clearingDate(acquirer, nowMs) : '',
      issuerClearingDate: issuer ? clearingDate(issuer, nowMs) : '',
      cancelOpen:
        open(acquirer, payment.acquirerClearingDate) && open(issuer, payment.issuerClearingDate),
      doubtMs: this.#options.doubtMs,
    };
  }
}

/** The fact of a payment that ends where it begins: declined by rule, or a tombstone. */
function beginsWith(payment: PaymentRecord) {
  if (payment.state === 'DECLINED') return 'declined';
  if (payment.state === 'CANCELLED') return 'cancelled';
  return undefined;
}
