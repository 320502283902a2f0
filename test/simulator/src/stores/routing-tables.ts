import {
  type ParticipantKey,
  type ParticipantRecord,
  participantKey,
} from '@causeway/routing/src/clearing/participants.ts';
import type { Stamp } from '@causeway/routing/src/clearing/stamps.ts';
import type { Fact } from '@causeway/routing/src/payments/facts.ts';
import type { PaymentRecord, RefundRecord } from '@causeway/routing/src/payments/record.ts';
import type {
  Change,
  Committed,
  Inserted,
  NewPayment,
  PaymentKey,
} from '@causeway/routing/src/payments/store.ts';
import type { Reversal, ReversalKey } from '@causeway/routing/src/reversals/store.ts';

/** A fact of the history, with the payment as it was then. */
export interface KeptFact {
  fact: Fact;
  payment: PaymentRecord;
}

/** A row of the queue for publication: the facts of one commit. */
export interface QueueRow {
  batchId: string;
  facts: KeptFact[];
  /** Epoch milliseconds from which anybody may publish it. */
  availableAtMs: number;
}

/** Where the facts of a commit go in the queue. */
export interface Place {
  batchId: string;
  availableAtMs: number;
}

interface ReversalRow extends Reversal {
  dueAt: Date | undefined;
}

/** Told of every row that a commit has written. */
export interface Observer {
  onPayment(before: PaymentRecord | undefined, after: PaymentRecord): void;
  onRefund(before: RefundRecord | undefined, after: RefundRecord): void;
}

/**
 * The tables of routing in memory. Each method is what one statement of its stores does, all of it at
 * one moment. No constraint of the tables stands here but the keys: what they would refuse is what a
 * history is judged by.
 */
export class RoutingTables {
  readonly payments = new Map<string, PaymentRecord>();
  readonly refunds = new Map<string, RefundRecord>();
  readonly reversals = new Map<string, ReversalRow>();
  readonly facts: KeptFact[] = [];
  readonly queue = new Map<string, QueueRow>();
  readonly participants = new Map<string, ParticipantRecord>();
  /** Payments and refunds that have something due, which is what is looked for each second. */
  readonly #owing = new Set<string>();
  readonly #owingRefunds = new Set<string>();

  constructor(private readonly observer: Observer) {}

  insert(items: readonly NewPayment[], place: Place): Inserted[] {
    return items.map(({ payment, fact }) => {
      if (this.payments.has(payment.paymentId)) return false;
      this.#put(payment);
      if (fact) this.#record({ fact, payment }, place);
      return true;
    });
  }

  commit(items: readonly Change[], place: Place): Committed[] {
    return items.map((change) => {
      const { payment, fact, refund, stamps } = change;
      if (stamps.some((stamp) => this.#isSealed(stamp))) return 'sealed';
      const before = this.payments.get(payment.paymentId);
      if (before && before.version !== payment.version - 1) return 'lost';
      this.#put(payment);
      if (refund) this.#putRefund(refund);
      if (fact) this.#record({ fact, payment }, place);
      return 'done';
    });
  }

  read(keys: readonly PaymentKey[]): (PaymentRecord | undefined)[] {
    return keys.map(({ paymentId }) => this.payments.get(paymentId));
  }

  claimPayments(now: Date, until: Date, limit: number, isWaiting: boolean): PaymentRecord[] {
    const due: PaymentRecord[] = [];
    for (const paymentId of this.#owing) {
      const payment = this.payments.get(paymentId);
      if (payment?.dueAt === undefined || payment.dueAt > now) continue;
      if ((payment.step === 'AWAIT_PAYER') === isWaiting) due.push(payment);
    }
    return earliest(due, limit).map((payment) => {
      const claimed = { ...payment, dueAt: until };
      this.payments.set(payment.paymentId, claimed);
      return claimed;
    });
  }

  claimRefunds(now: Date, until: Date, limit: number): RefundRecord[] {
    const due: RefundRecord[] = [];
    for (const refundId of this.#owingRefunds) {
      const refund = this.refunds.get(refundId);
      if (refund?.dueAt !== undefined && refund.dueAt <= now) due.push(refund);
    }
    return earliest(due, limit).map((refund) => {
      const claimed = { ...refund, dueAt: until };
      this.refunds.set(refund.refundId, claimed);
      return claimed;
    });
  }

  /** How many payments and refunds are not at their end. */
  get open(): number {
    return this.#owing.size + this.#owingRefunds.size;
  }

  waitingOrders(): Map<string, number> {
    const waiting = new Map<string, number>();
    for (const { step, partnerId } of this.payments.values()) {
      if (step === 'AWAIT_PAYER') waiting.set(partnerId, (waiting.get(partnerId) ?? 0) + 1);
    }
    return waiting;
  }

  beginReversal(key: ReversalKey, dueAt: Date): void {
    const row = this.reversals.get(reversalKey(key));
    if (row) return;
    this.reversals.set(reversalKey(key), { ...key, state: 'WATCHED', checks: 0, dueAt });
  }

  noteReversal(reversal: Reversal, dueAt: Date | undefined): void {
    const row = this.reversals.get(reversalKey(reversal));
    if (row) this.reversals.set(reversalKey(reversal), { ...row, ...reversal, dueAt });
  }

  lookSoon({ lane, paymentId }: PaymentKey, routeIds: readonly string[], now: Date): void {
    for (const routeId of routeIds) {
      const key = { lane, paymentId, routeId };
      const row = this.reversals.get(reversalKey(key));
      if (row && row.state !== 'WATCHED' && row.state !== 'QUIET') continue;
      const fresh = { ...key, checks: row?.checks ?? 0, state: 'WATCHED' as const, dueAt: now };
      this.reversals.set(reversalKey(key), fresh);
    }
  }

  claimReversals(now: Date, until: Date, limit: number): Reversal[] {
    const due = [...this.reversals.values()].filter((row) => row.dueAt && row.dueAt <= now);
    return earliest(due, limit).map((row) => {
      this.reversals.set(reversalKey(row), { ...row, dueAt: until });
      const { dueAt: _, ...reversal } = row;
      return reversal;
    });
  }

  addParticipants(keys: readonly ParticipantKey[]): void {
    for (const key of keys) {
      if (this.participants.has(participantKey(key))) continue;
      this.participants.set(participantKey(key), {
        ...{ kind: key.kind, id: key.id, terms: undefined, settlementCurrencyCode: undefined },
        ...{ opened: undefined, sealedThrough: undefined, sealedAt: undefined },
      });
    }
  }

  /** Seals the days of a participant up to one, which is never undone. */
  seal(key: ParticipantKey, date: string): void {
    const row = this.participants.get(participantKey(key));
    if (row === undefined || (row.sealedThrough ?? '') >= date) return;
    this.participants.set(participantKey(key), { ...row, sealedThrough: date });
  }

  /** Claims what anybody may publish. */
  claimQueue(nowMs: number, untilMs: number): QueueRow[] {
    const due = [...this.queue.values()].filter((row) => row.availableAtMs <= nowMs);
    for (const row of due) this.queue.set(row.batchId, { ...row, availableAtMs: untilMs });
    return due;
  }

  /** Puts facts into the queue, once more. */
  enqueue(batchId: string, facts: KeptFact[], availableAtMs: number): void {
    this.queue.set(batchId, { batchId, facts, availableAtMs });
  }

  #isSealed({ kind, id, date }: Stamp): boolean {
    const row = this.participants.get(participantKey({ kind, id }));
    return row === undefined || (row.sealedThrough ?? '') >= date;
  }

  #put(payment: PaymentRecord): void {
    this.observer.onPayment(this.payments.get(payment.paymentId), payment);
    this.payments.set(payment.paymentId, payment);
    if (payment.dueAt === undefined) this.#owing.delete(payment.paymentId);
    else this.#owing.add(payment.paymentId);
  }

  #putRefund(refund: RefundRecord): void {
    this.observer.onRefund(this.refunds.get(refund.refundId), refund);
    this.refunds.set(refund.refundId, refund);
    if (refund.dueAt === undefined) this.#owingRefunds.delete(refund.refundId);
    else this.#owingRefunds.add(refund.refundId);
  }

  #record(kept: KeptFact, { batchId, availableAtMs }: Place): void {
    this.facts.push(kept);
    const facts = [...(this.queue.get(batchId)?.facts ?? []), kept];
    this.queue.set(batchId, { batchId, facts, availableAtMs });
  }
}

function reversalKey({ paymentId, routeId }: ReversalKey): string {
  return `${paymentId} ${routeId}`;
}

function earliest<Row extends { dueAt: Date | undefined }>(rows: Row[], limit: number): Row[] {
  const time = ({ dueAt }: Row) => dueAt?.getTime() ?? 0;
  return rows.sort((a, b) => time(a) - time(b)).slice(0, limit);
}
