import type { Distribution } from '@causeway/db';

/**
 * Where the tables stand once settlement's database is a Citus cluster: the bookings of payments are
 * in their lanes. What commands, windows and reconciliations make is one row for thousands of
 * bookings, under one order of commands, and stays in one place.
 */
export const distribution: Distribution = {
  byLane: ['bookings', 'cover_bookings', 'totals', 'ledger_accounts', 'ledger_transfers'],
  everywhere: [],
  here: [
    'parked_events',
    'commands',
    'charges',
    'covers',
    'cover_slices',
    'cover_leases',
    'cover_booked',
    'agreements',
    'windows',
    'window_sums',
    'window_work',
    'reconciliations',
    'reconciliation_turns',
    'reconciliation_files',
    'reconciliation_refusals',
    'reconciliation_loads',
    'partner_lines',
    'bank_entries',
    'reconciliation_matches',
    'reconciliation_breaks',
    'reconciliation_actions',
    'reconciliation_runs',
    'reconciliation_progress',
    'disputes',
    'dispute_steps',
    'adjustments',
    'clearing_batches',
    'clearing_files',
    'clearing_file_chunks',
  ],
};
