import type { Database, Tx } from '@causeway/db';
import { PaymentFact } from '@causeway/proto/routing';
import { type Booking, bookingOf } from '../booking/booking.ts';
import { book } from '../booking/store.ts';
import { bookedAmong } from './store.ts';

/** Facts as routing's history has them, encoded, page by page. */
export type FactPages = AsyncIterable<{ payloads: readonly Uint8Array[] }>;

/** What came of the facts. */
export interface FactTally {
  factCount: bigint;
  bookingCount: bigint;
  /** Young facts that the live books had not booked, and that are left out. */
  lateCount: bigint;
  /** Facts that contradict themselves; nobody can book them. */
  unbookableCount: bigint;
}

/** What facts are booked from and into. */
export interface FactBooks {
  live: Tx;
  scratch: Database;
  /** A fact from then on may be on its way to the live books still. */
  youngFrom: Date;
}

/**
 * Books the facts of a page and adds to the tally. A young fact is booked only where the live books
 * have it, since what came after their snapshot is no fault of theirs.
 */
export async function bookPage(
  { live, scratch, youngFrom }: FactBooks,
  payloads: readonly Uint8Array[],
  tally: FactTally,
): Promise<void> {
  const bookings: Booking[] = [];
  const young: Booking[] = [];
  for (const payload of payloads) {
    const fact = PaymentFact.decode(payload);
    const booking = bookingUnlessContradictory(fact);
    if (booking === 'contradictory') tally.unbookableCount += 1n;
    else if (booking && fact.occurTime && fact.occurTime < youngFrom) bookings.push(booking);
    else if (booking) young.push(booking);
  }
  if (young.length > 0) {
    const booked = await bookedAmong(live, young);
    bookings.push(...young.filter((_, index) => booked.has(index)));
    tally.lateCount += BigInt(young.length - booked.size);
  }
  tally.factCount += BigInt(payloads.length);
  if (bookings.length > 0) tally.bookingCount += BigInt(await book(scratch, bookings));
}

function bookingUnlessContradictory(fact: PaymentFact): Booking | undefined | 'contradictory' {
  try {
    return bookingOf(fact);
  } catch {
    return 'contradictory';
  }
}
