import { coalesce } from '@causeway/batch';
import type { Runtime } from '@causeway/runtime';
import type { ClearingDays } from '../clearing/days.ts';
import { stampsOf } from '../clearing/stamps.ts';
import type { Cover } from '../cover/cover.ts';
import { declinedUncovered } from '../cover/decline.ts';
import { type CoverMove, moveOf } from '../cover/moves.ts';
import { refuse } from '../errors.ts';
import { sealsMet } from '../metrics.ts';
import { countEnded } from './count-ended.ts';
import { factOf } from './facts.ts';
import { leasedAnew } from './machine/changes.ts';
import { next } from './machine/next.ts';
import type { Decision, Input, MachineRefusal, Moment } from './machine/types.ts';
import type { PaymentRecord, RefundRecord } from './record.ts';
import type { Change, NewPayment, PaymentKey, PaymentStore } from './store.ts';
import { Waiters } from './waiters.ts';

/** How long whoever works on a payment has it for itself, in milliseconds. */
export const LEASE_MS = 10_000;

/** Days that are sealed, and cover that others take, faster than this are no accident. */
const MAX_TRIES = 8;

/** How long a decision waits for cover where nobody says when his patience ends, in milliseconds. */
const REFILL_MS = 2_000;

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
  clearing: Pick<ClearingDays, 'daysOf' | 'refresh'>;
  cover: Pick<Cover, 'isCovered' | 'refill'>;
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

  /**
   * Records a payment unless its id is taken, and answers it as it was recorded: declined where its
   * wallet operator's cover is exhausted. Refuses COVER_UNAVAILABLE.
   */
  async insert(payment: PaymentRecord, deadlineMs?: number): Promise<PaymentRecord | undefined> {
    const move = moveOf(undefined, payment);
    let isExhausted = false;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const written = await this.#written(payment, move, deadlineMs);
      if (!move || written !== 'uncovered') return written ? payment : undefined;
      // Cover that came back since is what the second try is for.
      if (isExhausted) return this.insert(declinedUncovered(payment), deadlineMs);
      isExhausted = await this.#refill(move, deadlineMs);
    }
    throw refuse('COVER_UNAVAILABLE', 'others take all cover as it comes; try again', {
      retryAfterMs: 500,
    });
  }

  async #written(
    payment: PaymentRecord,
    move: CoverMove | undefined,
    deadlineMs: number | undefined,
  ) {
    const kind = beginsWith(payment);
    const fact = kind && factOf(kind, payment, false);
    const options = deadlineMs === undefined ? {} : { deadlineMs };
    const written = await this.#insert({ payment, fact, move }, options);
    if (written === true && fact) this.#ended(payment);
    return written;
  }

  /** Asks for more cover. Answers whether all of it is gone. */
  async #refill(move: CoverMove, deadlineMs?: number): Promise<boolean> {
    const { cover, runtime } = this.#options;
    const untilMs = deadlineMs ?? runtime.clock.nowMs() + REFILL_MS;
    return (await cover.refill(move, untilMs)) === 'exhausted';
  }

  read(key: PaymentKey): Promise<PaymentRecord | undefined> {
    return this.#read(key);
  }

  /**
   * Asks the machine and commits what it decides, under the version it decided on. A decision that
   * meets the seal of a day is made again, with a fresh picture of the days; one that cover is
   * lacking for, after settlement was asked for more. Refuses COVER_UNAVAILABLE.
   */
  async apply(payment: PaymentRecord, input: Input): Promise<Applied> {
    let isExhausted = false;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const decision = next(payment, input, this.#momentOf(payment));
      if (decision.outcome === 'refused') return decision;
      if (decision.outcome === 'unchanged') return { outcome: 'done', payment, refund: undefined };
      const change = changeOf(payment, decision);
      const committed = await this.#commit(change);
      if (committed === 'lost') break;
      if (committed === 'done') {
        if (payment.step !== 'DONE' && change.payment.step === 'DONE') this.#ended(change.payment);
        return { outcome: 'done', payment: change.payment, refund: change.refund };
      }
      if (committed === 'uncovered' && change.move) {
        if (isExhausted) return { outcome: 'refused', reason: 'COVER_EXHAUSTED' };
        isExhausted = await this.#refill(change.move);
        continue;
      }
      sealsMet.add(1);
      await this.#options.clearing.refresh();
    }
    return { outcome: 'lost' };
  }

  /**
   * Gives the caller the lease of a payment as it has read it, and nothing else. Answers undefined
   * where somebody else was first.
   */
  async lease(payment: PaymentRecord): Promise<PaymentRecord | undefined> {
    const leased = leasedAnew(payment, this.#momentOf(payment));
    const committed = await this.#commit(stepOf(leased));
    return committed === 'done' ? leased : undefined;
  }

  /** Waits until everything handed over is written. */
  async drain(): Promise<void> {
    await Promise.all([this.#insert.drain(), this.#commit.drain(), this.#read.drain()]);
  }

  #ended(payment: PaymentRecord): void {
    this.waiters.tell(payment);
    countEnded(payment);
  }

  #momentOf(payment: PaymentRecord): Moment {
    const { clearing, cover, runtime, doubtMs } = this.#options;
    const { partnerId, payeeAmount } = payment;
    const nowMs = runtime.clock.nowMs();
    return {
      now: new Date(nowMs),
      leaseUntil: new Date(nowMs + LEASE_MS),
      ...clearing.daysOf(payment, nowMs),
      acquirerCovered: cover.isCovered('acquirer', partnerId, payeeAmount?.currencyCode ?? ''),
      doubtMs,
    };
  }
}

type Decided = Extract<Decision, { payment: PaymentRecord }>;

function changeOf(before: PaymentRecord, decision: Decided): Change {
  if (decision.outcome === 'stepped') {
    return { ...stepOf(decision.payment), move: moveOf(before, decision.payment) };
  }
  const { payment, fact: kind, wasCaptured, refund } = decision;
  return {
    ...{ payment, refund },
    move: moveOf(before, payment, refund),
    fact: factOf(kind, payment, wasCaptured, refund),
    stamps: stampsOf(kind, payment, wasCaptured, refund),
  };
}

/** Nothing that anybody outside needs to know of. */
function stepOf(payment: PaymentRecord): Change {
  return { payment, fact: undefined, refund: undefined, stamps: [] };
}

/** The fact of a payment that ends where it begins: declined by rule, or a tombstone. */
function beginsWith(payment: PaymentRecord) {
  if (payment.state === 'DECLINED') return 'declined';
  if (payment.state === 'CANCELLED') return 'cancelled';
  return undefined;
}
