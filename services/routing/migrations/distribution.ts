import type { Distribution } from '@causeway/db';

/**
 * Where the tables stand once routing's database is a Citus cluster: a payment, its history, what it
 * owes and the outbox are in its lane; what payments are routed by is held in memory anyway.
 */
export const distribution: Distribution = {
  byLane: [
    'payments',
    'payment_facts',
    'refunds',
    'reversals',
    'event_queue',
    'failed_attempts',
    'clearing_seals',
  ],
  everywhere: [
    // The seals of each lane reference them.
    'clearing_participants',
  ],
  here: [
    'issuers',
    'issuer_prefixes',
    'routes',
    'stops',
    'policies',
    'policy_activations',
    'directory_versions',
    'score_snapshots',
    'route_liquidity',
    // One row for a participant of all lanes.
    'cover_slices',
    'restorations',
  ],
};
