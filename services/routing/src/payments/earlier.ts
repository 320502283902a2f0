import { laneOf, Refusal, type Runtime } from '@causeway/runtime';
import { refuse } from '../errors.ts';
import { whenAtRest } from './answer.ts';
import type { PaymentBook } from './book.ts';
import type { PaymentRecord } from './record.ts';

/** A payment, and whether an earlier request made it. */
export interface Answer {
  payment: PaymentRecord;
  replay: boolean;
}

interface EarlierDeps {
  book: PaymentBook;
  runtime: Runtime;
}

/**
 * The payment that has this id already, once it is at rest or its caller will wait no longer.
 * Refuses IDEMPOTENCY_KEY_REUSED where its request was another. A tombstone matches any.
 */
export async function answerEarlier(
  { book, runtime }: EarlierDeps,
  paymentId: string,
  fingerprint: Uint8Array,
  deadlineMs: number,
): Promise<Answer | undefined> {
  const earlier = await book.read({ lane: laneOf(paymentId), paymentId });
  if (!earlier) return undefined;
  if (earlier.fingerprint && !Buffer.from(earlier.fingerprint).equals(fingerprint)) {
    throw refuse(
      'IDEMPOTENCY_KEY_REUSED',
      'this payment_request_id was used before with another payer, amount, merchant, store or terminal',
      { metadata: { payment_id: paymentId } },
    );
  }
  return { payment: await whenAtRest(book, runtime, earlier, deadlineMs), replay: true };
}

/**
 * Records a payment that `plan` makes, or answers the one that an earlier request made. A repeat
 * is found by its permanent key when its plan meets the row of the first, so that a new payment
 * costs no look-up; where no plan can be made, what was started before is answered all the same.
 */
export async function recordOnce(
  deps: EarlierDeps,
  named: { paymentId: string; fingerprint: Uint8Array; deadlineMs: number },
  plan: () => Promise<PaymentRecord>,
): Promise<Answer> {
  const { paymentId, fingerprint, deadlineMs } = named;
  const earlier = () => answerEarlier(deps, paymentId, fingerprint, deadlineMs);
  const planned = await plan().catch(async (error) => {
    const found = await earlier();
    if (found) return found;
    throw error;
  });
  if ('replay' in planned) return planned;
  const recorded = await deps.book.insert(planned, deadlineMs).catch(async (error) => {
    // That cover cannot be had now is of no matter to a repeat.
    const isUncovered = error instanceof Refusal && error.reason === 'COVER_UNAVAILABLE';
    const found = isUncovered ? await earlier() : undefined;
    if (found) return found;
    throw error;
  });
  if (recorded && 'replay' in recorded) return recorded;
  if (recorded) return { payment: recorded, replay: false };
  const found = await earlier();
  if (found) return found;
  throw new Error(`payment ${paymentId} is taken and yet not there`);
}
