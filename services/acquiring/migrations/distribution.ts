import type { Distribution } from '@causeway/db';

/**
 * Where the tables stand once acquiring's database is a Citus cluster: what a partner reads of its
 * payments is in the partner's lane, what gates recorded in its grant's. The directory is small.
 */
export const distribution: Distribution = {
  byLane: [
    'partner_payments',
    'feed_heads',
    'payment_feed',
    'webhooks',
    'webhook_deliveries',
    'transit_grants',
    'transit_taps',
    'transit_sightings',
    'transit_rides',
    'transit_findings',
    'transit_losses',
  ],
  everywhere: [],
  here: [
    'parked_events',
    'directory_changes',
    'partners',
    'merchants',
    'stores',
    'terminals',
    'merchant_codes',
    'agreements',
    'transit_lines',
    'transit_trust',
    'transit_trust_updates',
    'transit_issuers',
    'transit_denials',
    'transit_insight_key',
    'transit_insight_days',
  ],
};
