import type { Queryable } from '@causeway/db';
import { failpoint } from '@causeway/runtime';
import { bookings as bookingCount } from '../metrics.ts';
import type { Booking } from './booking.ts';
import { book, bookedOtherwise } from './store.ts';

/** A fact says other things than are booked under its ids: it is parked for an operator. */
export class BookingRefused extends Error {
  override readonly name = 'BookingRefused';

  constructor(refused: readonly Pick<Booking, 'kind' | 'subjectId'>[]) {
    const names = refused.map(({ kind, subjectId }) => `${kind} ${subjectId}`);
    super(`booked otherwise already: ${names.join(', ')}`);
  }
}

/**
 * Books all in one commit; what is booked already changes nothing. Throws BookingRefused where some
 * are booked with other content, which stays as it is; the others are booked all the same.
 */
export async function post(db: Queryable, bookings: readonly Booking[]): Promise<void> {
  if (bookings.length === 0) return;
  await failpoint('settlement.booking.before_commit');
  const isNew = await book(db, bookings);
  await failpoint('settlement.booking.committed');
  bookingCount.add(isNew, { replay: false });
  if (isNew === bookings.length) return;
  bookingCount.add(bookings.length - isNew, { replay: true });
  const refused = await bookedOtherwise(db, bookings);
  if (refused.length > 0) throw new BookingRefused(refused);
}
