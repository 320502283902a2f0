/** One wallet and its payments as a child would keep them: numbers in maps, one at a time. */
export interface ModelCommand {
  kind: 'charge' | 'hold' | 'take_over' | 'capture' | 'void' | 'refund';
  payment: string;
  refund: string;
  amountMinor: bigint;
  /** A code's name; the wallet itself pays where there is none. */
  code: string | undefined;
  /** An agreement's name, instead of a code's. */
  agreement?: string | undefined;
}

interface ModelPayment {
  state: string;
  agreement: ModelAgreement | undefined;
  amountMinor: bigint;
  refunds: Map<string, bigint>;
}

/** Limits of the model's wallet, in minor units. */
export interface ModelLimits {
  singleMinor: bigint;
  dayMinor: bigint;
  balanceMinor: bigint;
  /** What is lent under an agreement of which a charge was paid before. */
  advanceMinor: bigint;
  /** After so many unpaid charges in a row an agreement is suspended. */
  unpaidCount: number;
}

/** What the payer agreed to, and how much of it is used. */
export interface ModelAgreement {
  readonly chargeMinor: bigint;
  readonly periodMinor: bigint;
  usedMinor: bigint;
  unpaidCount: number;
  hasPaid: boolean;
}

/** Answers each command with a word: the state, the decline reason, or the refusal's reason. */
export class Model {
  readonly #payments = new Map<string, ModelPayment>();
  readonly #usedCodes = new Set<string>();
  postedMinor: bigint;
  heldMinor = 0n;
  spentMinor = 0n;
  owedMinor = 0n;

  constructor(
    balanceMinor: bigint,
    private readonly limits: ModelLimits,
    private readonly agreements: ReadonlyMap<string, ModelAgreement> = new Map(),
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
      if (payment.agreement !== undefined) payment.agreement.hasPaid = true;
    }
    return payment.state;
  }

  /** Whether there is room for it; what comes in pays what is owed first. */
  topUp(amountMinor: bigint): boolean {
    const paidMinor = amountMinor < this.owedMinor ? amountMinor : this.owedMinor;
    if (this.postedMinor + amountMinor - paidMinor > this.limits.balanceMinor) return false;
    this.postedMinor += amountMinor;
    this.#collect();
    return true;
  }

  #take(command: ModelCommand, kind: 'charge' | 'hold'): string {
    const { payment, amountMinor, code } = command;
    const agreement = this.agreements.get(command.agreement ?? '');
    const reason = this.#reason(amountMinor, code, agreement);
    const state = reason ?? (kind === 'charge' ? 'captured' : 'held');
    if (code !== undefined) this.#usedCodes.add(code);
    if (agreement !== undefined && reason === 'INSUFFICIENT_FUNDS') agreement.unpaidCount += 1;
    if (agreement !== undefined && reason === undefined) {
      agreement.unpaidCount = 0;
      agreement.usedMinor += amountMinor;
      const missingMinor = amountMinor - (this.postedMinor - this.heldMinor);
      if (missingMinor > 0n) this.#advance(missingMinor);
    }
    if (state === 'captured') this.postedMinor -= amountMinor;
    if (state === 'captured' && agreement !== undefined) agreement.hasPaid = true;
    if (state === 'held') this.heldMinor += amountMinor;
    if (state === 'captured' || state === 'held') this.spentMinor += amountMinor;
    this.#payments.set(payment, { state, amountMinor, agreement, refunds: new Map() });
    return state;
  }

  #advance(missingMinor: bigint): void {
    this.postedMinor += missingMinor;
    this.owedMinor += missingMinor;
  }

  /** Pays what is owed out of what is free; with the last of it agreements begin anew. */
  #collect(): void {
    const freeMinor = this.postedMinor - this.heldMinor;
    const paidMinor = freeMinor < this.owedMinor ? freeMinor : this.owedMinor;
    this.postedMinor -= paidMinor;
    this.owedMinor -= paidMinor;
    if (paidMinor === 0n || this.owedMinor > 0n) return;
    for (const agreement of this.agreements.values()) {
      if (!this.#isUnpaid(agreement)) agreement.unpaidCount = 0;
    }
  }

  #isUnpaid({ unpaidCount }: ModelAgreement): boolean {
    return unpaidCount >= this.limits.unpaidCount;
  }

  #reason(
    amountMinor: bigint,
    code: string | undefined,
    agreement: ModelAgreement | undefined,
  ): string | undefined {
    if (code !== undefined && this.#usedCodes.has(code)) return 'CODE_USED';
    if (agreement !== undefined) {
      if (this.owedMinor > 0n || this.#isUnpaid(agreement)) return 'AGREEMENT_SUSPENDED';
      if (amountMinor > agreement.chargeMinor) return 'LIMIT_AGREEMENT_CHARGE';
      const usedMinor = agreement.usedMinor + amountMinor;
      if (usedMinor > agreement.periodMinor) return 'LIMIT_AGREEMENT_PERIOD';
    }
    if (amountMinor > this.limits.singleMinor) return 'LIMIT_SINGLE';
    if (this.spentMinor + amountMinor > this.limits.dayMinor) return 'LIMIT_DAY';
    const missingMinor = amountMinor - (this.postedMinor - this.heldMinor);
    const lentMinor = agreement?.hasPaid ? this.limits.advanceMinor : 0n;
    return missingMinor > lentMinor ? 'INSUFFICIENT_FUNDS' : undefined;
  }

  #void(command: ModelCommand, payment: ModelPayment | undefined): string {
    if (payment === undefined) {
      const mark = { state: 'voided', amountMinor: 0n, agreement: undefined, refunds: new Map() };
      this.#payments.set(command.payment, mark);
      return 'voided';
    }
    if (payment.refunds.size > 0) return 'CHARGE_REFUNDED';
    if (payment.state === 'held') this.heldMinor -= payment.amountMinor;
    if (payment.state === 'captured') this.postedMinor += payment.amountMinor;
    if (payment.state === 'held' || payment.state === 'captured') {
      this.#giveBack(payment, payment.amountMinor);
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
    this.#giveBack(payment, amountMinor);
    return 'captured';
  }

  #giveBack({ agreement }: ModelPayment, amountMinor: bigint): void {
    this.spentMinor -= amountMinor;
    if (agreement !== undefined) agreement.usedMinor -= amountMinor;
    this.#collect();
  }
}
