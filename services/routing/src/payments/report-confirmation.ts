import { isUuid, laneOf, type Runtime } from '@causeway/runtime';
import { refuse } from '../errors.ts';
import type { ReversalStore } from '../reversals/store.ts';
import type { PaymentBook } from './book.ts';
import { hasLeft } from './machine/journey.ts';
import type { Worker } from './worker.ts';

interface ReportDeps {
  book: PaymentBook;
  worker: Worker;
  reversals: Pick<ReversalStore, 'lookSoon'>;
  runtime: Runtime;
}

/**
 * A partner says that it has news of a payment. Its connector is asked at once, so that a report
 * that is repeated or forged changes nothing. Refuses PAYMENT_UNKNOWN for payments that none of
 * this partner's routes was ever planned for.
 */
export async function reportConfirmation(
  { book, worker, reversals, runtime }: ReportDeps,
  partnerId: string,
  paymentId: string,
): Promise<void> {
  const key = isUuid(paymentId) ? { lane: laneOf(paymentId), paymentId } : undefined;
  const payment = key && (await book.read(key));
  const planned = payment?.journey?.routes.filter((route) => route.partnerId === partnerId) ?? [];
  if (!payment || planned.length === 0) {
    throw refuse('PAYMENT_UNKNOWN', 'this partner has no such payment');
  }
  worker.nudge(payment);
  // It may be news of a payment that was reversed or refused there, and has gone another way since.
  const left = planned.map(({ routeId }) => routeId).filter((id) => hasLeft(payment, id));
  if (left.length > 0) await reversals.lookSoon(payment, left, runtime.clock.now());
}
