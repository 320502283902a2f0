import { type Confirmation, ConfirmationState } from '@causeway/proto/connector';
import { Refusal, type Runtime, uuidFrom } from '@causeway/runtime';
import { behaviourFor } from './behaviours.ts';
import { KnownPayment } from './known-payment.ts';

/** A payment as the partner is asked for its consent. */
export interface Order {
  paymentId: string;
  orderReference: string;
  /** What the merchant gets, in minor units. */
  amountMinor: bigint;
}

/** More than anybody plays with; what is older is forgotten. */
const MAX_KNOWN = 100_000;
/** The deadline of a call ends the wait long before. */
const LONGER_THAN_ANY_CALL_MS = 600_000;

/** What a partner that is broken, or of a later version, might send. */
const NONSENSE: Confirmation = {
  paymentId: 'none of yours',
  state: 99 as ConfirmationState,
  partnerReference: '',
  refusalCode: '',
};

/**
 * One partner as its connector answers. It keeps its payments in memory, where they outlive every
 * call but not the sandbox.
 */
export class SandboxPartner {
  readonly #known = new Map<string, KnownPayment>();
  readonly #refunds = new Map<string, string>();

  /** @param report tells the switch that a payment has an outcome now */
  constructor(
    private readonly partnerId: string,
    private readonly runtime: Runtime,
    private readonly report: (paymentId: string) => Promise<void>,
  ) {}

  /** Answers as the payment asks for; at every later call what has become of it. */
  async confirm(order: Order, signal: AbortSignal): Promise<Confirmation> {
    const { paymentId, orderReference, amountMinor } = order;
    if (this.#known.has(paymentId)) return this.inquire(paymentId);
    const behaviour = behaviourFor(this.partnerId, orderReference, amountMinor);
    keep(this.#known, paymentId, KnownPayment.seen(behaviour, this.#nowMs()));
    const { firstAnswer, afterMs = 0, reports } = behaviour;
    if (reports !== undefined && Number.isFinite(afterMs)) {
      this.#reportAfter(afterMs, paymentId, reports);
    }
    if (firstAnswer === 'error') throw away();
    if (firstAnswer === 'nonsense') return NONSENSE;
    if (firstAnswer === 'pending') return this.inquire(paymentId);
    const waitMs = firstAnswer === 'nothing' ? LONGER_THAN_ANY_CALL_MS : afterMs;
    await this.runtime.timers.sleep(waitMs, signal);
    return this.inquire(paymentId);
  }

  /** What has become of a payment. */
  inquire(paymentId: string): Confirmation {
    const known = this.#known.get(paymentId);
    if (known?.isAway(this.#nowMs())) throw away();
    return this.#confirmationOf(paymentId, known);
  }

  /** Undoes a payment; one that was never seen is blocked. */
  reverse(paymentId: string): Confirmation {
    const nowMs = this.#nowMs();
    const known = this.#known.get(paymentId) ?? this.#block(paymentId);
    if (known.isAway(nowMs)) throw away();
    if (!known.reverse(nowMs)) {
      throw new Refusal('REVERSAL_FAILED', 'the reversal could not be done now');
    }
    const { chargesAfterReversalMs, reports = 0 } = known.behaviour;
    if (chargesAfterReversalMs !== undefined) {
      this.#reportAfter(chargesAfterReversalMs, paymentId, reports);
    }
    // Whatever it does later, of a reversal it says that it is done.
    const confirmation = this.#confirmationOf(paymentId, known);
    if (confirmation.state === ConfirmationState.REFUSED) return confirmation;
    return { ...confirmation, state: ConfirmationState.REVERSED, partnerReference: '' };
  }

  /** Takes note of a refund, once. Answers the partner's reference. */
  refund(refundId: string, paymentId: string): string {
    const earlier = this.#refunds.get(refundId);
    if (earlier !== undefined) return earlier;
    const known = this.#known.get(paymentId);
    if (known === undefined) throw new Refusal('PAYMENT_UNKNOWN', 'there is no such payment');
    if (known.state(this.#nowMs()) !== ConfirmationState.CONFIRMED) {
      throw new Refusal('PAYMENT_NOT_CONFIRMED', 'only what was confirmed can be refunded');
    }
    return keep(this.#refunds, refundId, this.#referenceOf(refundId));
  }

  #block(paymentId: string): KnownPayment {
    const known = KnownPayment.blockedUnseen(behaviourFor(this.partnerId, '', 0n), this.#nowMs());
    return keep(this.#known, paymentId, known);
  }

  #confirmationOf(paymentId: string, known: KnownPayment | undefined): Confirmation {
    const state = known?.state(this.#nowMs()) ?? ConfirmationState.UNSEEN;
    const outcome = known?.behaviour.outcome;
    const refusalCode = typeof outcome === 'object' ? outcome.refused : '';
    return {
      ...{ paymentId, state },
      partnerReference: state === ConfirmationState.CONFIRMED ? this.#referenceOf(paymentId) : '',
      refusalCode: state === ConfirmationState.REFUSED ? refusalCode : '',
    };
  }

  #reportAfter(ms: number, paymentId: string, times: number): void {
    this.runtime.timers.after(ms, async () => {
      for (let told = 0; told < times; told += 1) await this.report(paymentId);
    });
  }

  #referenceOf(id: string): string {
    return `${this.partnerId}-${uuidFrom('sandbox_partner', this.partnerId, id).slice(0, 8)}`;
  }

  #nowMs(): number {
    return this.runtime.clock.monotonicMs();
  }
}

function away(): Refusal {
  return new Refusal('PARTNER_AWAY', 'the partner is away');
}

/** Puts something into a map that never grows beyond its bound, and answers it. */
function keep<T>(map: Map<string, T>, id: string, value: T): T {
  const [oldest] = map.keys();
  if (map.size >= MAX_KNOWN && oldest !== undefined) map.delete(oldest);
  map.set(id, value);
  return value;
}
