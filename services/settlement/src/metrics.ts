import { counter, gauge, histogram } from '@causeway/runtime';

/** Facts of routing that arrived. */
export const facts = counter('causeway.settlement.facts', {
  unit: '{fact}',
  description: 'Facts of routing that arrived, by whether they had anything to book.',
  attributes: ['booked'],
});

/** Bookings made. */
export const bookings = counter('causeway.settlement.bookings', {
  unit: '{booking}',
  description: 'Bookings of captures, cancels and refunds, by whether they had been made before.',
  attributes: ['replay'],
});

export const coverLeased = counter('causeway.settlement.cover.leases', {
  unit: '{lease}',
  description: 'Slices of cover leased to routing, by participant and currency.',
  attributes: ['participant', 'currency'],
});

export const coverTaken = gauge('causeway.settlement.cover.taken', {
  unit: '%',
  description:
    'The share of its cover that a participant has used or reserved, by side, participant and currency; alert near 100.',
  attributes: ['side', 'participant', 'currency'],
});

/** Runs of reconciliations that ended. */
export const runs = counter('causeway.settlement.reconciliation.runs', {
  unit: '{run}',
  description: 'Runs of reconciliations, by whether it was a partner file or a bank statement.',
  attributes: ['source'],
});

/** How long a run took. */
export const runSeconds = histogram('causeway.settlement.reconciliation.run_duration', {
  unit: 's',
  description: 'How long it took to match one file with the books.',
});

/** Files that were sent. */
export const files = counter('causeway.settlement.reconciliation.files', {
  unit: '{file}',
  description: 'Partner files and bank statements, by whether they were taken, known or refused.',
  attributes: ['outcome'],
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
  attributes: ['kind'],
});

/** Closed windows that are not final, whatever they wait for. */
export const windowsWaiting = gauge('causeway.settlement.windows.waiting', {
  unit: '{window}',
  description: 'Windows whose day is over and that are not final, by this replica.',
});

/** How long the window that waits longest has been closed. */
export const windowsWaitingAge = gauge('causeway.settlement.windows.waiting.age', {
  unit: 's',
  description: 'How long ago the window was closed that waits longest to become final.',
});

/** Breaks that nobody has resolved. */
export const breaksOpen = gauge('causeway.settlement.reconciliation.breaks.open', {
  unit: '{break}',
  description: 'Breaks between the books and the files of others that are open, by kind.',
  attributes: ['kind'],
});

/** The age of what nobody has resolved. */
export const breakAge = gauge('causeway.settlement.reconciliation.breaks.open.age', {
  unit: 's',
  description: 'How long the oldest open break has been open.',
});

/** Closed windows that wait for their facts for too long. */
export const windowsOverdue = gauge('causeway.settlement.windows.overdue', {
  unit: '{window}',
  description: 'Closed windows that are not final an hour after, by this replica; alert above 0.',
});

/** Disputes whose claim was granted, by whether refunds had left anything to give back. */
export const disputesEnded = counter('causeway.settlement.disputes.granted', {
  unit: '{dispute}',
  description: 'Disputes that ended for the payer, by whether anything was left to refund.',
  attributes: ['refunded'],
});

/** Stays above zero where routing is away, or refuses. */
export const disputesUnrefunded = gauge('causeway.settlement.disputes.unrefunded', {
  unit: '{dispute}',
  description: 'Disputes whose claim was granted and is not refunded yet.',
});

/** Items in files. */
export const filedItems = counter('causeway.settlement.filed_items', {
  unit: '{item}',
  description: 'Captures and refunds that files of windows were made of, by kind of participant.',
  attributes: ['kind'],
});

/** What the last rebuild found. */
export const rebuildDifferences = gauge('causeway.settlement.rebuild.differences', {
  unit: '{row}',
  description:
    'Rows in which the books differed from those that were made again, at the last rebuild; alert above 0.',
});

/** What the continuous look at all books finds. */
export const probeFindings = gauge('causeway.settlement.probe.findings', {
  unit: '{finding}',
  description:
    'Rules of books that are broken now, by whose books: new payments are stopped; alert above 0.',
  attributes: ['books'],
});

/** Since when all books were last found good. */
export const probeGoodAge = gauge('causeway.settlement.probe.good_age', {
  unit: 's',
  description: 'Since when all books were last found good; alert where it grows.',
});

/** Facts that the books lack. */
export const probeUnbooked = gauge('causeway.settlement.probe.unbooked', {
  unit: '{payment}',
  description:
    'Payments that wallet operator and switch agree on and the books lack, by wallet operator: a replay is needed where they stay.',
  attributes: ['issuer'],
});

/** Stops that were asked for. */
export const probeStops = counter('causeway.settlement.probe.stops', {
  unit: '{stop}',
  description: 'How often routing was told to stop all new payments, by whether it took that.',
  attributes: ['taken'],
});
