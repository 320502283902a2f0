import { counter, gauge } from '@causeway/runtime';

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

export const coverLeased = counter('causeway.settlement.cover.leases', {
  unit: '{lease}',
  description: 'Slices of cover leased to routing, by participant and currency.',
});

export const coverTaken = gauge('causeway.settlement.cover.taken', {
  unit: '%',
  description:
    'The share of its cover that a participant has used or reserved, by side, participant and currency; alert near 100.',
});

/** Clearing terms that routing took. */
export const termsPushed = counter('causeway.settlement.terms_pushed', {
  unit: '{participant}',
  description: 'Clearing terms of an agreement that routing took.',
});

/** Windows made final. */
export const windowsFinal = counter('causeway.settlement.windows.final', {
  unit: '{window}',
  description: 'Clearing windows made final, by the kind of participant.',
});

/** Whether a closed window waits for its facts for too long. */
export const windowsOverdue = gauge('causeway.settlement.windows.overdue', {
  unit: '{window}',
  description:
    'Whether a closed window is still unlike what routing says it held, an hour after; alert above 0.',
});
