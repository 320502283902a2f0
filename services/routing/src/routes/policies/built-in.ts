import { Policy } from '@causeway/proto/routing';

/**
 * What routes are chosen by until an operator says otherwise: by landed cost alone while all goes
 * well. A certain failure counts as 5 % of the amount, so that a route which fails one payment in
 * a hundred loses 5 basis points; one that fails half of its payments for five minutes is left to
 * probes. Where no other route leads to the merchant, a payment is then refused at once instead of
 * being held for a partner that does not answer.
 *
 * It is stored as version 0 by the first start, and read from there ever after: choices that were
 * made by it are made again by it, whatever a later release would build in.
 */
export const BUILT_IN_POLICY: Policy = Policy.fromJSON({
  description: 'built in: lowest landed cost, failing routes left to probes',
  scoring: { failure_cost_bps: 500, window_seconds: 300 },
  elimination: {
    min_outcomes: 20,
    failure_percent: 50,
    open_seconds: 30,
    probe_one_in: 10,
    close_after: 3,
  },
});

/** Who stored what no operator did. */
export const BUILT_IN_AUTHOR = 'causeway';
