import { counter } from '@causeway/runtime';

/** Facts of routing that arrived. */
export const facts = counter('causeway.settlement.facts', {
  unit: '{fact}',
  description: 'Facts of routing that arrived, by whether they had anything to book.',
});

/** Bookings made. */
export const bookings = counter('causeway.settlement.bookings', {
  unit: '{booking}',
  description: 'Bookings of captures, cancels and refunds, by whether they had been made before.',
});
