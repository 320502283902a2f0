/** One wallet and its payments as a child would keep them: numbers in maps, one at a time. */
export interface ModelCommand {
  kind: 'charge' | 'hold' | 'take_over' | 'capture' | 'void' | 'refund';
  payment: string;
  refund: string;
  amountMinor: bigint;
  /** A code's name; the wallet itself pays where there is none. */
  code: string | undefined;
}

interface ModelPayment {
  state: string;
  amountMinor: bigint;
  refunds: Map<string, bigint>;
}

/** Limits of the model's wallet, in minor units. */
export interface ModelLimits {
  singleMinor: bigint;
  dayMinor: bigint;
}

/** Answers each command with a word: the state, the decline reason, or the refusal's reason. */
export class Model {
  readonly #payments = new Map<string, ModelPayment>();
  readonly #usedCodes = new Set<string>();
  postedMinor: bigint;
  heldMinor = 0n;
  spentMinor = 0n;

  constructor(
    balanceMinor: bigint,
    private readonly limits: ModelLimits,
  ) {
    this.postedMinor = balanceMinor;
  }

  apply(command: ModelCommand): string {
    const payment = this.#payments.get(command.payment);
    if (command.kind === 'charge' || command.kind === 'hold') {
      return payment?.state ?? this.#take(command, command.kind);
    }
    if (command.kind === 'refund') return this.#refund(command, payment);
    if (command.kind === 'void') return this.#void(command, payment);
    if (payment === undefined) return 'CHARGE_UNKNOWN';
    if (command.kind === 'capture' && payment.state === 'held') {
      this.heldMinor -= payment.amountMinor;
      this.postedMinor -= payment.amountMinor;
      payment.state = 'captured';
    }
    return payment.state;
  }

  #take({ payment, amountMinor, code }: ModelCommand, kind: 'charge' | 'hold'): string {
    const state = this.#reason(amountMinor, code) ?? (kind === 'charge' ? 'captured' : 'held');
    if (code !== undefined) this.#usedCodes.add(code);
    if (state === 'captured') this.postedMinor -= amountMinor;
    if (state === 'held') this.heldMinor += amountMinor;
    if (state === 'captured' || state === 'held') this.spentMinor += amountMinor;
    this.#payments.set(payment, { state, amountMinor, refunds: new Map() });
    return state;
  }

  #reason(amountMinor: bigint, code: string | undefined): string | undefined {
    if (code !== undefined && this.#usedCodes.has(code)) return 'CODE_USED';
    if (amountMinor > this.limits.singleMinor) return 'LIMIT_SINGLE';
    if (this.spentMinor + amountMinor > this.limits.dayMinor) return 'LIMIT_DAY';
    if (amountMinor > this.postedMinor - this.heldMinor) return 'INSUFFICIENT_FUNDS';
    return undefined;
  }

  #void(command: ModelCommand, payment: ModelPayment | undefined): string {
    if (payment === undefined) {
      const mark = { state: 'voided', amountMinor: 0n, refunds: new Map() };
      this.#payments.set(command.payment, mark);
      return 'voided';
    }
    if (payment.refunds.size > 0) return 'CHARGE_REFUNDED';
    if (payment.state === 'held') this.heldMinor -= payment.amountMinor;
    if (payment.state === 'captured') this.postedMinor += payment.amountMinor;
    if (payment.state === 'held' || payment.state === 'captured') {
      this.spentMinor -= payment.amountMinor;
      payment.state = 'voided';
    }
    return payment.state;
  }

  #refund({ refund, amountMinor }: ModelCommand, payment: ModelPayment | undefined): string {
    const earlier = payment?.refunds.get(refund);
    if (payment !== undefined && earlier !== undefined) {
      return earlier === amountMinor ? payment.state : 'REQUEST_ID_REUSED';
    }
    if (payment?.state !== 'captured') return 'CHARGE_NOT_CAPTURED';
    const refunded = [...payment.refunds.values()].reduce((sum, each) => sum + each, 0n);
    if (refunded + amountMinor > payment.amountMinor) return 'REFUND_EXCEEDS_CHARGE';
    payment.refunds.set(refund, amountMinor);
    this.postedMinor += amountMinor;
    this.spentMinor -= amountMinor;
    return 'captured';
  }
}
