import { PaymentFact } from '@causeway/proto/routing';
import { sampledTraceparent } from '@causeway/runtime';
import { refundView } from '../refunds/view.ts';
import { factIdOf } from './keys.ts';
import type { FactKind } from './machine/types.ts';
import type { PaymentRecord, RefundRecord } from './record.ts';
import { viewOf } from './view.ts';

/** A fact ready to be committed: its row in `payment_facts` and what is published. */
export interface Fact {
  factId: string;
  kind: FactKind;
  subject: string;
  body: Uint8Array;
  /** The trace that the decision was made in, so that its consumers join it; else empty. */
  traceparent: string;
}

/** The fact that a decision made, as a snapshot of the payment after it. */
export function factOf(
  kind: FactKind,
  payment: PaymentRecord,
  wasCaptured: boolean,
  refund?: RefundRecord,
): Fact {
  const factId = factIdOf(payment.paymentId, payment.version);
  const body = PaymentFact.encode({
    factId,
    version: BigInt(payment.version),
    occurTime: payment.updatedAt,
    payment: viewOf(payment),
    routeId: payment.routeId ?? '',
    kind: kindOf(kind, wasCaptured, refund),
    issuerCovered: payment.issuerCovered,
    acquirerCovered: refund ? refund.acquirerCovered : payment.acquirerCovered,
  }).finish();
  const traceparent = sampledTraceparent() ?? '';
  return { factId, kind, subject: subjectOf(kind), body, traceparent };
}

/** Where facts of a kind are published. */
export function subjectOf(kind: FactKind): string {
  return `causeway.routing.payment.${kind}.v1`;
}

function kindOf(
  kind: FactKind,
  wasCaptured: boolean,
  refund: RefundRecord | undefined,
): PaymentFact['kind'] {
  switch (kind) {
    case 'succeeded':
      return { $case: 'succeeded', value: {} };
    case 'declined':
      return { $case: 'declined', value: {} };
    case 'cancel_requested':
      return { $case: 'cancelRequested', value: {} };
    case 'cancelled':
      return { $case: 'cancelled', value: { wasCaptured } };
    case 'refund_accepted':
      return { $case: 'refundAccepted', value: { refund: refundView(needed(refund)) } };
    case 'refund_succeeded':
      return { $case: 'refundSucceeded', value: refundSucceeded(needed(refund)) };
  }
}

function refundSucceeded(refund: RefundRecord) {
  const { currencyCode } = refund.payerAmount;
  return {
    refund: refundView(refund),
    midPart: { currencyCode, amountMinor: refund.midMinor },
    markupPart: { currencyCode, amountMinor: refund.markupMinor },
    residualPart: { currencyCode, amountMinor: refund.residualMinor },
  };
}

function needed(refund: RefundRecord | undefined): RefundRecord {
  if (refund === undefined) throw new Error('a refund fact without its refund');
  return refund;
}
