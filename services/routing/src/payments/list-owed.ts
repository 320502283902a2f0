import type { ListOwedPaymentsResponse, OwedPayment } from '@causeway/proto/routing';
import type { AttemptStore, FailedAttempt } from '../attempts/store.ts';
import type { RefundStore } from '../refunds/store.ts';
import type { PaymentRecord, RefundRecord, Step } from './record.ts';
import type { PaymentStore } from './store.ts';
import { viewOf } from './view.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

/** What a partner owes an answer to; everything else that is owed is its wallet operator's. */
const PARTNERS_STEPS: ReadonlySet<Step> = new Set(['CONFIRM', 'INQUIRE', 'REVERSE']);

/** Where it is read what is owed, and why it has not come. */
export interface OwedDeps {
  payments: Pick<PaymentStore, 'owed' | 'read'>;
  refunds: Pick<RefundStore, 'owed'>;
  attempts: Pick<AttemptStore, 'of'>;
}

/** A payment with a refund of it that no payer has yet. */
interface Refunded {
  payment: PaymentRecord;
  refund: RefundRecord;
}

/**
 * Payments and refunds that wait for somebody's answer, the longest first: what an operator looks
 * at when a partner or a wallet operator is in trouble.
 *
 * @param limit at most so many; 50 where it is 0, and never more than 500
 */
export async function listOwed(deps: OwedDeps, limit: number): Promise<ListOwedPaymentsResponse> {
  const most = Math.min(limit > 0 ? limit : DEFAULT_LIMIT, MAX_LIMIT);
  const payments = await deps.payments.owed(most);
  const refunds = await deps.refunds.owed(most);
  const paid = await deps.payments.read(refunds);
  const refunded = refunds.flatMap((refund, at) => {
    const payment = paid[at];
    return payment ? [{ payment, refund }] : [];
  });
  return { owed: (await owedLines(deps.attempts, payments, refunded)).slice(0, most) };
}

/** What these payments and refunds owe and why it has not come yet, the longest first. */
export async function owedLines(
  attempts: Pick<AttemptStore, 'of'>,
  payments: readonly PaymentRecord[],
  refunded: readonly Refunded[],
): Promise<OwedPayment[]> {
  const keys = [...payments, ...refunded.map(({ payment }) => payment)];
  const failed = keys.length > 0 ? await attempts.of(keys) : [];
  const known = new Map(failed.map((each) => [each.subjectId, each]));
  return [
    ...payments.map((payment) => owedStep(payment, known.get(payment.paymentId))),
    ...refunded.map((each) => owedRefund(each, known.get(each.refund.refundId))),
  ].sort((a, b) => sinceMs(a) - sinceMs(b));
}

function owedStep(payment: PaymentRecord, failed: FailedAttempt | undefined): OwedPayment {
  const { step, partnerId, routeId = '', updatedAt, dueAt } = payment;
  const isPartners = PARTNERS_STEPS.has(step);
  return {
    ...{ payment: viewOf(payment), step, routeId, refundId: '' },
    waitsFor: isPartners ? `partner ${partnerId}` : issuerOf(payment),
    ...{ sinceTime: updatedAt, dueTime: dueAt },
    ...failureAt(step, failed),
  };
}

function owedRefund({ payment, refund }: Refunded, failed: FailedAttempt | undefined): OwedPayment {
  const { routeId = '' } = payment;
  return {
    ...{ payment: viewOf(payment), step: 'REFUND', routeId, refundId: refund.refundId },
    waitsFor: issuerOf(payment),
    ...{ sinceTime: refund.createdAt, dueTime: refund.dueAt },
    ...failureAt('REFUND', failed),
  };
}

/** What failed at an earlier step is over. */
function failureAt(step: string, failed: FailedAttempt | undefined) {
  if (failed?.step !== step) return { failedAttempts: 0, failure: '', failTime: undefined };
  const { attempts, failure, failedAt } = failed;
  return { failedAttempts: attempts, failure, failTime: failedAt };
}

function issuerOf({ issuerId = '' }: PaymentRecord): string {
  return `issuer ${issuerId}`;
}

function sinceMs({ sinceTime }: OwedPayment): number {
  return sinceTime?.getTime() ?? 0;
}
