import type { Queryable } from '@causeway/db';
import type { Transfer } from '@causeway/proto/settlement';
import { isUuid, laneOf, Refusal, uuidFrom } from '@causeway/runtime';
import type { BookingKind } from '../booking/booking.ts';
import { type AccountName, HOUSE, legsOf } from '../booking/legs.ts';
import { type BookedRow, bookingsOfPayment } from '../booking/store.ts';

/**
 * The transfers of one payment and its refunds, in the order in which they were posted. Throws
 * FIELD_INVALID, PAYMENT_NOT_BOOKED.
 */
export async function listPaymentTransfers(db: Queryable, paymentId: string): Promise<Transfer[]> {
  if (!isUuid(paymentId)) {
    const fields = [{ field: 'payment_id', description: 'must be a UUID in lower case' }];
    throw new Refusal('FIELD_INVALID', 'not valid: payment_id', { fields });
  }
  const bookings = await bookingsOfPayment(db, laneOf(paymentId), paymentId);
  if (bookings.length === 0) throw new Refusal('PAYMENT_NOT_BOOKED', 'nothing is booked for it');
  return inOrder(bookings).flatMap(transfersOf);
}

/** Within one commit, which has one time, the order is that in which a payment goes. */
const ORDER: readonly BookingKind[] = ['capture', 'refund', 'cancel'];

function inOrder(rows: readonly BookedRow[]): BookedRow[] {
  return rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf({ bookedAt, kind, subjectId }: BookedRow): string {
  return [bookedAt.toISOString(), ORDER.indexOf(kind), subjectId].join(' ');
}

function transfersOf(booking: BookedRow): Transfer[] {
  return legsOf(booking).map(({ step, debit, credit, currencyCode, amountMinor }) => ({
    transferId: uuidFrom('transfer', booking.subjectId, step),
    debitAccount: nameOf(debit),
    creditAccount: nameOf(credit),
    amount: { currencyCode, amountMinor },
    step,
    postTime: booking.bookedAt,
  }));
}

function nameOf({ code, owner }: AccountName): string {
  return owner === HOUSE ? code : `${code} ${owner}`;
}
