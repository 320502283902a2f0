import { counter } from '@causeway/runtime';

/** Facts of routing that arrived. */
export const facts = counter('causeway.settlement.facts', {
  unit: '{fact}',
  description: 'Facts of routing that arrived, by whether they had anything to book.',
});

/** Transfers posted. */
export const postedTransfers = counter('causeway.settlement.posted_transfers', {
  unit: '{transfer}',
  description: 'Transfers posted, by whether they had been posted before.',
});
