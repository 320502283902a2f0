import type { ListOwedPaymentsResponse, OwedPayment } from '@causeway/proto/routing';
import type { RefundStore } from '../refunds/store.ts';
import type { PaymentRecord, RefundRecord, Step } from './record.ts';
import type { PaymentStore } from './store.ts';
import { viewOf } from './view.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

/** What a partner owes an answer to; everything else that is owed is its wallet operator's. */
const PARTNERS_STEPS: ReadonlySet<Step> = new Set(['CONFIRM', 'INQUIRE', 'REVERSE']);

/**
 * Payments and refunds that wait for somebody's answer, the longest first: what an operator looks
 * at when a partner or a wallet operator is in trouble.
 *
 * @param limit at most so many; 50 where it is 0, and never more than 500
 */
export async function listOwed(
  { payments, refunds }: { payments: PaymentStore; refunds: RefundStore },
  limit: number,
): Promise<ListOwedPaymentsResponse> {
  const most = Math.min(limit > 0 ? limit : DEFAULT_LIMIT, MAX_LIMIT);
  const owed = (await payments.owed(most)).map(owedStep);
  const owedRefunds = await refunds.owed(most);
  const refunded = await payments.read(owedRefunds);
  const refundLines = owedRefunds.flatMap((refund, at) => {
    const payment = refunded[at];
    return payment ? [owedRefund(payment, refund)] : [];
  });
  const lines = [...owed, ...refundLines].sort((a, b) => sinceMs(a) - sinceMs(b));
  return { owed: lines.slice(0, most) };
}

function owedStep(payment: PaymentRecord): OwedPayment {
  const { step, partnerId, routeId = '', updatedAt, dueAt } = payment;
  const isPartners = PARTNERS_STEPS.has(step);
  return {
    ...{ payment: viewOf(payment), step, routeId, refundId: '' },
    waitsFor: isPartners ? `partner ${partnerId}` : issuerOf(payment),
    ...{ sinceTime: updatedAt, dueTime: dueAt },
  };
}

function owedRefund(payment: PaymentRecord, refund: RefundRecord): OwedPayment {
  const { routeId = '' } = payment;
  return {
    ...{ payment: viewOf(payment), step: 'REFUND', routeId, refundId: refund.refundId },
    waitsFor: issuerOf(payment),
    ...{ sinceTime: refund.createdAt, dueTime: refund.dueAt },
  };
}

function issuerOf({ issuerId = '' }: PaymentRecord): string {
  return `issuer ${issuerId}`;
}

function sinceMs({ sinceTime }: OwedPayment): number {
  return sinceTime?.getTime() ?? 0;
}
