import { PaymentMethod } from '@causeway/proto/common';
import { failpoint, laneOf, planted, type Runtime } from '@causeway/runtime';
import { MACHINE_REFUSALS, refuse } from '../errors.ts';
import { orAfter, patience } from './answer.ts';
import type { PaymentBook } from './book.ts';
import { firstVersion } from './first-version.ts';
import { paymentIdNamed, ridePaymentIdIn } from './keys.ts';
import type { PaymentRecord } from './record.ts';
import type { Worker } from './worker.ts';

export interface CancelDeps {
  book: PaymentBook;
  worker: Worker;
  runtime: Runtime;
}

/** More races than this for one payment in one call are no accident. */
const MAX_RACES = 20;

/**
 * Undoes a payment in full. One that was never seen gets a tombstone, which calls nobody and
 * which the payment meets when it arrives. Answered as CANCELLED only after the issuer has
 * undone or blocked it.
 */
export async function cancelPayment(
  deps: CancelDeps,
  request: { partnerId: string; paymentRequestId: string },
  deadlineMs: number,
): Promise<PaymentRecord> {
  const { book, worker, runtime } = deps;
  const paymentId = paymentIdNamed(request.partnerId, request.paymentRequestId);
  const key = { lane: laneOf(paymentId), paymentId };
  for (let race = 0; race < MAX_RACES; race += 1) {
    const payment = await book.read(key);
    if (isOthersRide(request, payment)) {
      throw refuse('PAYMENT_UNKNOWN', 'this partner has no such payment');
    }
    if (!payment) {
      const tombstone = tombstoneOf(request, paymentId, runtime);
      if (planted('tombstone-dropped')) return tombstone;
      if (await book.insert(tombstone, deadlineMs)) return tombstone;
      continue;
    }
    const applied = await book.apply(payment, { kind: 'cancel' });
    if (applied.outcome === 'lost') continue;
    if (applied.outcome === 'refused') {
      throw refuse(applied.reason, MACHINE_REFUSALS[applied.reason]);
    }
    await failpoint('routing.cancel.committed');
    return fenced(deps, applied.payment, deadlineMs, worker.drive(applied.payment));
  }
  throw inProgress();
}

/**
 * Whether a ride is named that is not this partner's. Its id follows from a tap and not from the
 * partner, so that one that nobody has uploaded may be another's, and is not to be blocked.
 */
function isOthersRide(
  { partnerId, paymentRequestId }: { partnerId: string; paymentRequestId: string },
  payment: PaymentRecord | undefined,
): boolean {
  if (ridePaymentIdIn(paymentRequestId) === undefined) return false;
  return payment?.partnerId !== partnerId;
}

async function fenced(
  { runtime }: CancelDeps,
  payment: PaymentRecord,
  deadlineMs: number,
  driven: Promise<PaymentRecord>,
): Promise<PaymentRecord> {
  if (payment.state === 'CANCELLED') return payment;
  const final = await orAfter(driven, patience(runtime, deadlineMs), runtime);
  if (final?.state !== 'CANCELLED') throw inProgress();
  return final;
}

function inProgress() {
  return refuse(
    'CANCEL_IN_PROGRESS',
    'the cancel is accepted and will be carried out; whoever was called has not answered yet',
    { retryAfterMs: 3_000 },
  );
}

/** Blocks the id for ever; nothing about the payment is known. */
function tombstoneOf(
  request: { partnerId: string; paymentRequestId: string },
  paymentId: string,
  runtime: Runtime,
): PaymentRecord {
  const { partnerId, paymentRequestId } = request;
  return firstVersion(runtime.clock.now(), {
    ...{ paymentId, partnerId, paymentRequestId, method: PaymentMethod.UNSPECIFIED },
    ...{ state: 'CANCELLED', step: 'DONE' },
  });
}
