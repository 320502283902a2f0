import { type Money, ParticipantKind } from '@causeway/proto/common';
import { participantKey } from '@causeway/routing/src/clearing/participants.ts';
import { plannedRoute } from '@causeway/routing/src/payments/machine/journey.ts';
import type { PaymentRecord, RefundRecord, State } from '@causeway/routing/src/payments/record.ts';
import type { ChargeRecord } from '@causeway/wallet/src/charges/record.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Observer, RoutingTables } from '../stores/routing-tables.ts';
import type { Violation } from './violation.ts';

const NEXT: Record<State, readonly State[]> = {
  PENDING: ['PENDING', 'SUCCEEDED', 'DECLINED', 'CANCELLED'],
  SUCCEEDED: ['SUCCEEDED', 'CANCELLED'],
  DECLINED: ['DECLINED'],
  CANCELLED: ['CANCELLED'],
};

/** Steps at which the wallet operator has answered that the hold is the switch's. */
const TAKEN_OVER: ReadonlySet<string> = new Set(['CONFIRM', 'INQUIRE', 'REVERSE', 'CAPTURE']);

type Charged = ChargeRecord['state'];

const NEXT_CHARGE: Record<Charged, readonly Charged[]> = {
  held: ['held', 'captured', 'voided'],
  captured: ['captured', 'voided'],
  voided: ['voided'],
  declined: ['declined'],
};

/** Whether a partner has told a merchant that a payment is paid, over a route. */
export type HasCharged = (routeId: string, paymentId: string) => boolean;

/** Watches every commit, wherever it is made, for what must never be, not even for a moment. */
export class Watch implements Observer {
  readonly violations: Violation[] = [];
  tables: RoutingTables | undefined;
  readonly #answered = new Map<string, Charged>();

  constructor(
    private readonly kernel: Kernel,
    private readonly nameOf: (paymentId: string) => string,
    private readonly hasCharged: HasCharged,
  ) {}

  onPayment(before: PaymentRecord | undefined, after: PaymentRecord): void {
    const { paymentId, state, step, version } = after;
    this.kernel.tell(
      () => `routing commits ${this.nameOf(paymentId)} version ${version}: ${state}, owes ${step}`,
    );
    const blame = (rule: string, found: string) => this.blame(rule, paymentId, found);
    if (after.refundedPayeeMinor > (after.payeeAmount?.amountMinor ?? 0n)) {
      blame('refunds stay within what was captured', `${after.refundedPayeeMinor} refunded`);
    }
    if (before === undefined) return;
    if (!NEXT[before.state].includes(state)) {
      blame('a state never goes back', `${before.state} became ${state}`);
    }
    if (before.state === 'PENDING' && state === 'SUCCEEDED') this.#stamped(after);
    if (version !== before.version + 1) {
      blame('versions follow each other', `${before.version} became ${version}`);
    }
    if (!isSame(before.payeeAmount, after.payeeAmount)) {
      blame('what was agreed stays', 'the payee’s amount changed');
    }
    if (before.payerAmount && !isSame(before.payerAmount, after.payerAmount)) {
      blame('what was agreed stays', 'the payer’s amount changed');
    }
    if (before.walletId && before.walletId !== after.walletId) {
      blame('an order has one payer', 'another wallet took it over');
    }
  }

  onRefund(before: RefundRecord | undefined, after: RefundRecord): void {
    const { paymentId, refundId, state } = after;
    this.kernel.tell(() => `routing commits a refund of ${this.nameOf(paymentId)}: ${state}`);
    if (before?.state === 'SUCCEEDED' && state !== 'SUCCEEDED') {
      this.blame('a state never goes back', paymentId, `refund ${refundId} is pending again`);
    }
  }

  onCharge(before: ChargeRecord | undefined, after: ChargeRecord): void {
    const { paymentId, state } = after;
    const reason = after.declineReason === undefined ? '' : ` (${after.declineReason})`;
    this.kernel.tell(
      () => `the wallet operator records ${this.nameOf(paymentId)}: ${state}${reason}`,
    );
    if (before === undefined) return;
    const blame = (rule: string, found: string) => this.blame(rule, paymentId, found);
    if (!NEXT_CHARGE[before.state].includes(state)) {
      blame('what was blocked or declined stays so', `${before.state} became ${state}`);
    }
    if (before.amountMinor !== undefined && before.amountMinor !== after.amountMinor) {
      blame('what was agreed stays', 'the charge has another amount');
    }
    if (after.refundedMinor > (after.amountMinor ?? 0n)) {
      blame('refunds stay within what was captured', `${after.refundedMinor} given back`);
    }
    if (before.state !== 'held') return;
    const payment = this.tables?.payments.get(paymentId);
    if (state === 'captured') this.#captured(payment, paymentId);
    const wasOurs = before.holdExpiresAtMs === undefined || TAKEN_OVER.has(payment?.step ?? '');
    const isOwed = payment?.step.startsWith('VOID') || payment?.state === 'CANCELLED';
    if (state === 'voided' && wasOurs && !isOwed) {
      blame('a hold that was taken over is ended by the switch alone', `at ${payment?.step}`);
    }
  }

  /** The operator answers a charge: whatever has ended stays as it was answered. */
  onAnswer(charge: ChargeRecord): void {
    const { paymentId, state } = charge;
    const before = this.#answered.get(paymentId);
    this.#answered.set(paymentId, state);
    if (before === undefined || NEXT_CHARGE[before].includes(state)) return;
    this.blame('what was blocked or declined stays so', paymentId, `${before}, later ${state}`);
  }

  /** The state that the operator has answered last of each payment. */
  get answered(): ReadonlyMap<string, Charged> {
    return this.#answered;
  }

  /** A day is sealed: nothing is put into it any more. */
  #stamped({ paymentId, partnerId, issuerId = '', ...dates }: PaymentRecord): void {
    const { acquirerClearingDate = '', issuerClearingDate = '' } = dates;
    const days = [
      [{ kind: ParticipantKind.ACQUIRER, id: partnerId }, acquirerClearingDate],
      [{ kind: ParticipantKind.ISSUER, id: issuerId }, issuerClearingDate],
    ] as const;
    for (const [key, date] of days) {
      const { sealedThrough = '' } = this.tables?.participants.get(participantKey(key)) ?? {};
      if (sealedThrough < date) continue;
      this.blame('nothing is put into a sealed day', paymentId, `${key.id} ${date}`);
    }
  }

  #captured(payment: PaymentRecord | undefined, paymentId: string): void {
    if (payment?.step !== 'CAPTURE') return;
    const route = plannedRoute(payment);
    if (!route?.asksPartner) return;
    if (this.hasCharged(route.routeId, paymentId)) return;
    this.blame('money is captured only for what a partner confirmed', paymentId, route.routeId);
  }

  /** Notes that a rule did not hold. */
  blame(rule: string, paymentId: string, found: string): void {
    const about = paymentId === '' ? '' : this.nameOf(paymentId);
    this.kernel.tell(() => `!! ${rule}: ${about} ${found}`);
    this.violations.push({ rule, about, found, atMs: this.kernel.elapsedMs });
  }
}

function isSame(one: Money | undefined, other: Money | undefined): boolean {
  return one?.currencyCode === other?.currencyCode && one?.amountMinor === other?.amountMinor;
}
