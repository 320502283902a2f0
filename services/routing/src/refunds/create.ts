import type { Money } from '@causeway/proto/common';
import type { CreateRefundRequest } from '@causeway/proto/routing';
import { failpoint, type Runtime } from '@causeway/runtime';
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
  refunds: RefundStore;
  worker: RefundWorker;
  runtime: Runtime;
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
): Promise<{ refund: RefundRecord; replay: boolean }> {
  const { worker, runtime } = deps;
  const { refund, replay } = await worker.turns.take(request, () =>
    accept(deps, request, deadlineMs),
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
  { partnerId, paymentId, refundRequestId, payeeAmount, reason }: CreateRefundRequest,
  deadlineMs: number,
): Promise<{ refund: RefundRecord; replay: boolean }> {
  if (!payeeAmount) throw refuse('FIELD_INVALID', 'payee_amount is missing');
  const refundId = refundIdOf(paymentId, refundRequestId);
  for (let race = 0; race < MAX_RACES && patience(runtime, deadlineMs) > 0; race += 1) {
    // The payment is read first: a refund that is written after this read changes its version.
    const payment = await getPayment(book, partnerId, { paymentId });
    const earlier = await refunds.read(payment, refundId);
    if (earlier) return { refund: sameAs(earlier, payeeAmount), replay: true };
    const wanted = { refundId, refundRequestId, payeeAmount, reason };
    const applied = await book.apply(payment, { kind: 'refund', refund: wanted });
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

function sameAs(earlier: RefundRecord, payeeAmount: Money): RefundRecord {
  const same =
    earlier.payeeAmount.currencyCode === payeeAmount.currencyCode &&
    earlier.payeeAmount.amountMinor === payeeAmount.amountMinor;
  if (same) return earlier;
  throw refuse(
    'IDEMPOTENCY_KEY_REUSED',
    'this refund_request_id was used before with another amount',
    { metadata: { refund_id: earlier.refundId } },
  );
}
