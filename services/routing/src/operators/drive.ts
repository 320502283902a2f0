import type { DrivePaymentResponse } from '@causeway/proto/routing';
import type { Runtime } from '@causeway/runtime';
import type { Attempts } from '../attempts/attempts.ts';
import type { AttemptStore } from '../attempts/store.ts';
import { orAfter, patience, whenAtRest } from '../payments/answer.ts';
import { LEASE_MS, type PaymentBook } from '../payments/book.ts';
import { viewOf } from '../payments/view.ts';
import type { Worker } from '../payments/worker.ts';
import type { RefundStore } from '../refunds/store.ts';
import type { RefundWorker } from '../refunds/worker.ts';
import { owedBy, paymentNamed } from './owed-by.ts';

/** What driving a payment takes. */
export interface DriveDeps {
  book: PaymentBook;
  worker: Pick<Worker, 'hurry'>;
  refunds: Pick<RefundStore, 'claimOf' | 'list'>;
  refundWorker: Pick<RefundWorker, 'drive'>;
  attempts: Pick<AttemptStore, 'of'>;
  noting: Pick<Attempts, 'flush'>;
  runtime: Runtime;
}

/** More refunds than this of one payment are left to their own time. */
const MAX_REFUNDS = 500;

/**
 * Tries now what a payment and its refunds owe, whenever they are due, and answers what came of it.
 * It is the attempt that recovery makes, under a lease like any other. Refuses PAYMENT_UNKNOWN.
 *
 * @param operatorId who asks, for the log
 */
export async function drivePayment(
  deps: DriveDeps,
  paymentId: string,
  operatorId: string,
  deadlineMs: number,
): Promise<DrivePaymentResponse> {
  const { book, worker, refunds, refundWorker, runtime } = deps;
  const before = await paymentNamed(book, paymentId);
  runtime.log.info(
    { payment_id: paymentId, step: before.step, operator: operatorId },
    'an operator has a payment driven now',
  );
  worker.hurry(before);
  const leaseUntil = new Date(runtime.clock.nowMs() + LEASE_MS);
  const owed = await refunds.claimOf(before, leaseUntil, MAX_REFUNDS);
  const driven = Promise.all(owed.map((refund) => refundWorker.drive(refund)));
  // A step that takes several calls may need all of the time that there is.
  const payment = await whenAtRest(book, runtime, before, deadlineMs);
  await orAfter(driven, patience(runtime, deadlineMs), runtime);
  await deps.noting.flush();
  const left = await refunds.list(payment, undefined, MAX_REFUNDS);
  const latest = (await book.read(payment)) ?? payment;
  return { payment: viewOf(latest), owed: await owedBy(deps.attempts, latest, left) };
}
