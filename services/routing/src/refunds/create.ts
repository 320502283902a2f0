import type { Money } from '@causeway/proto/common';
import type { CreateRefundRequest, RefundDisputeRequest } from '@causeway/proto/routing';
import { failpoint, isUuid, type Runtime } from '@causeway/runtime';
import { MACHINE_REFUSALS, refuse } from '../errors.ts';
import { orAfter, patience } from '../payments/answer.ts';
import type { PaymentBook } from '../payments/book.ts';
import { getPayment } from '../payments/get.ts';
import { refundIdOf } from '../payments/keys.ts';
import type { RefundRecord } from '../payments/record.ts';
import type { RefundStore } from './store.ts';
import type { RefundWorker } from './worker.ts';

export interface RefundDeps {
  book: PaymentBook;
  refunds: Pick<RefundStore, 'read'>;
  worker: RefundWorker;
  runtime: Runtime;
}

/** What the refunds of outcomes are named by; no acquirer can take the name of one before it. */
const OF_DISPUTE = 'dispute:';

/** A refund that is wanted, by an acquirer or by the outcome of a dispute. */
interface Wanted {
  partnerId: string;
  paymentId: string;
  refundRequestId: string;
  payeeAmount: Money;
  reason: string;
  ofDispute: boolean;
}

/** More races than this for one payment in one call are no accident. */
const MAX_RACES = 50;

/**
 * Gives back a part of a payment, or answers the refund that this request made before. The sum
 * is decided on the payment's row, so that refunds that race never pass the captured amount.
 */
export async function createRefund(
  deps: RefundDeps,
  request: CreateRefundRequest,
  deadlineMs: number,
): Promise<Refunded> {
  const { payeeAmount, refundRequestId } = request;
  if (!payeeAmount) throw refuse('FIELD_INVALID', 'payee_amount is missing');
  if (refundRequestId.startsWith(OF_DISPUTE)) {
    const description = `must not begin with "${OF_DISPUTE}"`;
    throw refuse('FIELD_INVALID', 'not valid: refund_request_id', {
      fields: [{ field: 'refund_request_id', description }],
    });
  }
  return giveBack(deps, { ...request, payeeAmount, ofDispute: false }, deadlineMs);
}

/**
 * Gives back what the outcome of a dispute grants, as far as refunds have left it, or answers the
 * refund that it made before. Throws REFUND_EXCEEDS_PAYMENT where nothing is left.
 */
export async function refundDispute(
  deps: RefundDeps,
  { partnerId, paymentId, disputeId, grantedAmount }: RefundDisputeRequest,
  deadlineMs: number,
): Promise<Refunded> {
  if (!isUuid(disputeId)) throw refuse('FIELD_INVALID', 'dispute_id is not a UUID');
  if (!grantedAmount || grantedAmount.amountMinor <= 0n) {
    throw refuse('FIELD_INVALID', 'granted_amount is missing, or not above zero');
  }
  const named = { partnerId, paymentId, refundRequestId: `${OF_DISPUTE}${disputeId}` };
  const wanted = { payeeAmount: grantedAmount, reason: 'the outcome of a dispute' };
  return giveBack(deps, { ...named, ...wanted, ofDispute: true }, deadlineMs);
}

/** A refund, and whether an earlier request made it. */
interface Refunded {
  refund: RefundRecord;
  replay: boolean;
}

async function giveBack(deps: RefundDeps, wanted: Wanted, deadlineMs: number): Promise<Refunded> {
  const { worker, runtime } = deps;
  const { refund, replay } = await worker.turns.take(wanted, () =>
    accept(deps, wanted, deadlineMs),
  );
  if (replay) return { refund, replay };
  await failpoint('routing.refund.committed');
  const driven = worker.drive(refund);
  const ended = await orAfter(driven, patience(runtime, deadlineMs), runtime);
  return { refund: ended ?? refund, replay };
}

/** Records the refund, or finds the one that this request made. It is still to be carried out. */
async function accept(
  { book, refunds, runtime }: RefundDeps,
  { partnerId, paymentId, ...wanted }: Wanted,
  deadlineMs: number,
): Promise<Refunded> {
  const refundId = refundIdOf(paymentId, wanted.refundRequestId);
  for (let race = 0; race < MAX_RACES && patience(runtime, deadlineMs) > 0; race += 1) {
    // The payment is read first: a refund that is written after this read changes its version.
    const payment = await getPayment(book, partnerId, { paymentId });
    const earlier = await refunds.read(payment, refundId);
    if (earlier) return { refund: sameAs(earlier, wanted), replay: true };
    const applied = await book.apply(payment, { kind: 'refund', refund: { ...wanted, refundId } });
    if (applied.outcome === 'lost') continue;
    if (applied.outcome === 'refused') {
      throw refuse(applied.reason, MACHINE_REFUSALS[applied.reason]);
    }
    if (!applied.refund) throw new Error('a refund was committed and is not there');
    return { refund: applied.refund, replay: false };
  }
  throw refuse('DEPENDENCY_UNAVAILABLE', 'too many refunds of this payment at once; try again', {
    retryAfterMs: 500,
  });
}

function sameAs(
  earlier: RefundRecord,
  { payeeAmount, ofDispute }: Pick<Wanted, 'payeeAmount' | 'ofDispute'>,
): RefundRecord {
  // A dispute is granted once, and its refund may have come to less.
  const same =
    ofDispute ||
    (earlier.payeeAmount.currencyCode === payeeAmount.currencyCode &&
      earlier.payeeAmount.amountMinor === payeeAmount.amountMinor);
  if (same) return earlier;
  throw refuse(
    'IDEMPOTENCY_KEY_REUSED',
    'this refund_request_id was used before with another amount',
    { metadata: { refund_id: earlier.refundId } },
  );
}
